import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MUTATIONS, type Mutation } from './mutations.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const vitest = join(dirname(createRequire(join(root, 'package.json')).resolve('vitest/package.json')), 'vitest.mjs');

interface Outcome {
  readonly failed: number;
  readonly titles: readonly string[];
}

/** Runs the mutation's test with the change made; the failed tests by full title. */
function runMutated({ name, test, title }: Mutation): Promise<Outcome> {
  const args = [vitest, 'run', test, '-t', title, '--reporter=json', '--root', root];
  const env = { ...process.env, PIXELRNN_MUTATION: name };
  return new Promise((done, fail) => {
    execFile(process.execPath, args, { cwd: root, env, maxBuffer: 1 << 26 }, (_, stdout, stderr) => {
      const start = stdout.indexOf('{"numTotalTestSuites"');
      if (start < 0) return fail(new Error(`vitest gave no report: ${stderr.slice(-500)}`));
      const report = JSON.parse(stdout.slice(start, stdout.lastIndexOf('}') + 1));
      const tests = report.testResults.flatMap((file: { assertionResults: object[] }) => file.assertionResults);
      const red = tests.filter(({ status }: { status: string }) => status === 'failed');
      done({ failed: red.length, titles: red.map(({ fullName }: { fullName: string }) => fullName) });
    });
  });
}

describe('every mutation turns its test red', { concurrent: true }, () => {
  it.each(MUTATIONS)(
    '$name',
    async (mutation) => {
      const source = readFileSync(join(root, mutation.file), 'utf8');
      expect(source.split(mutation.from), `${mutation.file} must hold the line once`).toHaveLength(2);
      const { failed, titles } = await runMutated(mutation);
      expect(failed, mutation.bug).toBeGreaterThan(0);
      for (const title of titles) expect(title.replaceAll("'", '')).toContain(mutation.title);
    },
    600_000,
  );
});
