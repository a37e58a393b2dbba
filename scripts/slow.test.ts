import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root } from './lib/process.mjs';

// `npm run check:slow` runs the files of `conformance` alone: elsewhere a slow test would never run.
it('slow tests live in conformance', () => {
  const files = execFileSync('git', ['ls-files', '*.test.ts'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const slow = files.filter((file) =>
    /tags: .*['"]slow['"]|tagsOn\(/.test(readFileSync(path.join(root, file), 'utf8')),
  );
  expect(slow.length).toBeGreaterThan(3);
  expect(slow.filter((file) => !file.startsWith('conformance/') && file !== 'scripts/slow.test.ts')).toEqual([]);
});
