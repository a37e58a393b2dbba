import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { useBackend } from '@pixelrnn/backends';
import { unpackTar } from 'modern-tar/fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportMissing } from '../../../../scripts/lib/required.mjs';
import { archive } from './archive.ts';
import { makeBundle } from './bundle.ts';

const folder = await mkdtemp(join(tmpdir(), 'pixelrnn-bench-bundle-'));
afterAll(() => rm(folder, { recursive: true }));

/** Why WebGPU does not start here, if it does not. */
async function missingWebGpu(): Promise<string | undefined> {
  try {
    await useBackend('webgpu');
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    reportMissing('webgpu', message);
    return message;
  }
}

describe.skipIf(process.platform === 'win32')(
  'where it is unpacked, with no program in reach',
  { tags: ['slow'] },
  () => {
    const fresh = join(folder, 'fresh');
    beforeAll(async () => {
      const [built, packed] = ['built', 'bundle.tar.gz'].map((name) => join(folder, name));
      const notes: string[] = [];
      await makeBundle({
        out: built,
        program: join(import.meta.dirname, '..', 'main.ts'),
        home: join(import.meta.dirname, '..', '..'),
        datasets: ['binarized-mnist'],
        dataDir: folder, // without data
        conditions: ['@pixelrnn/source'],
        note: (line) => notes.push(line),
      });
      expect(notes.join()).toContain('does not hold binarized-mnist');
      const bytes = await archive(built, packed, 1);
      expect(bytes).toBeLessThan(90e6); // at the fastest level, to save time
      await rm(built, { recursive: true });
      await mkdir(fresh);
      await pipeline(createReadStream(packed), createGunzip(), unpackTar(fresh));
    });

    /** The rows that the bundle's command prints, as `task backend batch`. */
    async function measured(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string[]> {
      const command = join(fresh, 'pixelrnn-bench');
      const { stdout } = await promisify(execFile)(command, ['run', ...args, '--rounds', '1', '--json'], {
        cwd: folder,
        env: { PATH: '', ...env },
      });
      return stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map(({ task, backend, batch }) => `${task} ${backend} ${batch}`)
        .sort();
    }

    it('measures steps, and draws in threads', async () => {
      const tasks = 'train/tiny-row-lstm,train-stock/tiny-row-lstm,sample/tiny-row-lstm';
      const rows = await measured(['--only', tasks, '--backend', 'wasm']);
      const sampling = [16, 1, 64, 256].flatMap((batch) =>
        ['', '/pass'].map((name) => `sample/tiny-row-lstm${name} kernels ${batch}`),
      );
      expect(rows).toEqual(['train/tiny-row-lstm wasm 16', 'train-stock/tiny-row-lstm wasm 16', ...sampling].sort());
      expect(await readdir(join(folder, 'results'))).toHaveLength(1);
    });

    it('goes through all kinds of tasks of the suite for GPUs on WebGPU', async ({ skip }) => {
      const missing = await missingWebGpu();
      if (missing !== undefined) return skip(missing);
      const { VK_ICD_FILENAMES } = process.env;
      const rows = await measured(['--suite', 'gpu', '--rehearse', '--backend', 'webgpu'], { VK_ICD_FILENAMES });
      const kernel = ['forward', 'backward', 'both'].map((part) => `kernel/lstm-scan-row-h16/${part} webgpu 16`);
      const networks = ['train', 'evaluate', 'sample-naive'].map((kind) => `${kind}/tiny-row-lstm webgpu 16`);
      expect(rows).toEqual([...kernel, ...networks, 'quality-0min/tiny-digits webgpu 16'].sort());
    });
  },
);

it.skipIf(process.platform === 'win32')("refuses a folder of the user's own", async () => {
  const out = join(folder, 'own');
  await mkdir(out);
  await writeFile(join(out, 'thesis.tex'), '');
  const bundle = makeBundle({ out, program: 'none.js', home: folder, datasets: [], note: () => {} });
  await expect(bundle).rejects.toThrow(`${out}: wanted an empty folder or an earlier bundle, found thesis.tex`);
  expect(await readdir(out)).toEqual(['thesis.tex']);
});
