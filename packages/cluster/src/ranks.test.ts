// Ranks of every MPI that is here. Each is a process of its own, as `mpirun` starts them.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MPI_ENV, mpisHere } from '../../../scripts/lib/mpi.mjs';
import { setupMpi } from './setup/setup-mpi.ts';

const run = promisify(execFile);
const cacheDir = await mkdtemp(join(tmpdir(), 'pixelrnn-cluster-'));
/** In the package, where its name resolves, among what git ignores. */
const folder = join(import.meta.dirname, '..', 'dist', `ranks-${process.pid}`);
const program = join(folder, 'ranks-child.mjs');
afterAll(() => Promise.all([cacheDir, folder].map((path) => rm(path, { recursive: true, force: true }))));

const env = { ...process.env, ...MPI_ENV };

beforeAll(() =>
  build({
    entryPoints: [join(import.meta.dirname, 'ranks-child.fixture.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@pixelrnn/source'],
    external: ['@tensorflow/*'],
    logLevel: 'silent',
  }),
);

describe.each(mpisHere())('%s', (flavour) => {
  async function ranks(size: number, what: string) {
    const args = ['-n', String(size), process.execPath, program, cacheDir, what];
    const { stdout } = await run(`mpirun.${flavour}`, args, { env });
    return JSON.parse(stdout);
  }

  it('says what is to be done where there is no addon', async () => {
    await expect(ranks(2, 'sum')).rejects.toThrow(
      /has started 2 ranks, but MPI's addon is not there in .*mpi: run: pixelrnn setup mpi/,
    );
  });

  it('is set up once', async () => {
    const options = { compiler: `mpicxx.${flavour}`, cacheDir };
    const first = await setupMpi(options);
    expect(first).toMatchObject({ flavour, built: true, version: expect.stringMatching(/^\d+\.\d+/) });
    expect(await setupMpi(options)).toEqual({ ...first, built: false });
  });

  it('adds vectors with the same bits on any number of ranks', async () => {
    const alone = await ranks(1, 'sum');
    expect(alone.size).toBe(1);
    for (const size of [2, 4, 8]) expect(await ranks(size, 'sum')).toEqual({ size, result: alone.result });
  });

  it('gathers bytes of any lengths, and answers alike everywhere', async () => {
    expect(await ranks(4, 'gather')).toEqual({
      size: 4,
      result: { lengths: [[], [1], [2, 2], [3, 3, 3]], any: true, none: false },
    });
  });

  it('sees who disagrees', async () => {
    expect((await ranks(4, 'agree')).result).toBe('ranks disagree on data: rank 0 has same, rank 1 has others');
  });

  it('refuses a number of ranks that is no power of two', async () => {
    await expect(ranks(3, 'sum')).rejects.toThrow('refused: wanted 1, 2, 4, 8, … ranks, got 3');
  });
});
