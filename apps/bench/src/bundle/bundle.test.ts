import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar/fs';
import { afterAll, expect, it } from 'vitest';
import { archive } from './archive.ts';
import { makeBundle } from './bundle.ts';

const folder = await mkdtemp(join(tmpdir(), 'pixelrnn-bench-bundle-'));
afterAll(() => rm(folder, { recursive: true }));

it.skipIf(process.platform === 'win32')(
  'runs where it is unpacked, with no program in reach',
  { tags: ['slow'] },
  async () => {
    const [built, packed, fresh] = ['built', 'bundle.tar.gz', 'fresh'].map((name) => join(folder, name));
    const notes: string[] = [];
    await makeBundle({
      out: built,
      program: join(import.meta.dirname, '..', 'main.ts'),
      home: join(import.meta.dirname, '..', '..'),
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

    const command = join(fresh, 'pixelrnn-bench');
    const tasks = 'train/tiny-row-lstm,train-stock/tiny-row-lstm,sample/tiny-row-lstm';
    const args = ['run', '--only', tasks, '--backend', 'wasm', '--rounds', '1', '--json'];
    const { stdout } = await promisify(execFile)(command, args, { cwd: folder, env: { PATH: '' } });
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const sampling = [16, 1, 64, 256].flatMap((batch) =>
      ['', '/pass'].map((name) => `sample/tiny-row-lstm${name} kernels ${batch}`),
    );
    expect(rows.map(({ task, backend, batch }) => `${task} ${backend} ${batch}`).sort()).toEqual(
      ['train/tiny-row-lstm wasm 16', 'train-stock/tiny-row-lstm wasm 16', ...sampling].sort(),
    );
    expect(await readdir(join(folder, 'results'))).toHaveLength(1);
  },
);

it.skipIf(process.platform === 'win32')("refuses a folder of the user's own", async () => {
  const out = join(folder, 'own');
  await mkdir(out);
  await writeFile(join(out, 'thesis.tex'), '');
  const bundle = makeBundle({ out, program: 'none.js', home: folder, note: () => {} });
  await expect(bundle).rejects.toThrow(`${out}: wanted an empty folder or an earlier bundle, found thesis.tex`);
  expect(await readdir(out)).toEqual(['thesis.tex']);
});
