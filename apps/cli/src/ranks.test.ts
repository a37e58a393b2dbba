// `pixelrnn train` on several ranks, of every MPI that is here. That they add up alike is asked of `cluster` in every `npm test`.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setupMpi } from '@pixelrnn/cluster';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MPI_ENV, mpisHere } from '../../../scripts/lib/mpi.mjs';
import { running } from '../../../scripts/lib/running.mjs';
import { temporaryFolder } from './folder.fixture.ts';
import { tinyRecipe } from './tiny-run.fixture.ts';

const run = promisify(execFile);
const at = temporaryFolder();
/** In the package, where the names of others resolve. */
const programs = join(import.meta.dirname, '..', '.ranks-test');

beforeAll(async () => {
  mkdirSync(programs, { recursive: true });
  await build({
    entryPoints: ['ranks-child.fixture', 'main'].map((name) => join(import.meta.dirname, `${name}.ts`)),
    outdir: programs,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@pixelrnn/source'],
    logLevel: 'silent',
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

const here = mpisHere();
describe.each(here)('%s', { tags: ['slow'] }, (flavour) => {
  /** What is the same whatever the MPI. */
  const once = it.runIf(flavour === here[0]);
  const env = { ...process.env, ...MPI_ENV, PIXELRNN_CACHE: at(flavour) };
  beforeAll(() => setupMpi({ compiler: `mpicxx.${flavour}`, cacheDir: at(flavour) }));

  /** What rank 0 of so many prints. */
  async function ranks(size: number, out: string, what = 'nothing') {
    const program = join(programs, 'ranks-child.fixture.mjs');
    const args = ['-n', String(size), process.execPath, program, at(flavour, out), what];
    return JSON.parse((await run(`mpirun.${flavour}`, args, { env })).stdout);
  }
  const bits = (out: string) =>
    ['params', 'averaged', 'optimizer'].map((name) =>
      readFileSync(at(flavour, out, 'checkpoints', '12', `${name}.safetensors`)).toString('base64'),
    );
  const results = ({ step, valid }: { step: number; valid: object }) => ({ step, valid });

  it('ends with the same bits on any number of ranks, killed, interrupted and broken ones too', async () => {
    const alone = await ranks(1, 'alone');
    expect(alone).toMatchObject({ step: 12, interrupted: false });
    for (const size of [2, 4]) {
      expect(results(await ranks(size, `of-${size}`))).toEqual(results(alone));
      expect(bits(`of-${size}`)).toEqual(bits('alone'));
    }

    await expect(ranks(4, 'struck', 'kill 6')).rejects.toThrow();
    expect(await ranks(2, 'struck', 'interrupt 2')).toMatchObject({ interrupted: true, step: expect.any(Number) });
    const torn = await ranks(4, 'struck', 'error 1');
    expect(torn.error).toMatch(/^rank 3: this page is torn; the run can go on from \S+checkpoints.\d+$/);
    expect(results(await ranks(2, 'struck'))).toEqual(results(alone));
    expect(bits('struck')).toEqual(bits('alone'));
  });

  once('begins nothing where ranks disagree, and ends all of them when a callback throws', async () => {
    expect(await ranks(2, 'other', 'another recipe')).toEqual({
      error: 'rank 1 disagrees with rank 0: recipe.seed = 0, not 1',
    });
    expect((await ranks(2, 'callback', 'callback 3')).error).toMatch(
      /^a callback failed: no more ideas; .*checkpoints.3$/,
    );
  });

  once('measures how many steps fit into a time', async () => {
    const timed = await ranks(2, 'timed', 'calibrated');
    expect(timed).toEqual({ ...timed, step: timed.steps, steps: expect.any(Number), seconds: expect.any(Number) });
    expect(timed.seconds).toBeLessThan(60);
  });

  describe('with --ranks', () => {
    /** A command line; `watch` sees what it has written to stderr so far. */
    function pixelrnn(args: readonly string[], watch: (stderr: string, child: ChildProcess) => void = () => {}) {
      const child = spawn(process.execPath, [join(programs, 'main.mjs'), ...args], { env, stdio: 'pipe' });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (text) => (stdout += text));
      child.stderr.on('data', (text) => {
        stderr += text;
        watch(stderr, child);
      });
      const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
        child.on('close', (code) => resolve({ code, stdout, stderr }));
      });
      return Object.assign(ended, { child, stderr: () => stderr });
    }
    const train = (name: string, ...more: string[]) => {
      writeFileSync(at('recipe.json'), JSON.stringify(tinyRecipe));
      return [
        'train',
        at('recipe.json'),
        '--ranks',
        '2',
        '--out',
        at(flavour, name),
        '--backend',
        'cpu',
        '--json',
        ...more,
      ];
    };

    once('pixelrnn train says once what it does, and gives each rank a shard', async () => {
      const { code, stdout, stderr } = await pixelrnn(train('line'));
      expect({ code, backends: stderr.match(/^running on cpu/gm) }).toEqual({ code: 0, backends: ['running on cpu'] });
      expect(JSON.parse(stdout)).toMatchObject({ step: 4, interrupted: false });
      expect(stderr.match(/^each batch is cut into 2 shards, .*$/gm)).toEqual([
        'each batch is cut into 2 shards, one for each rank: the run can go on on no more ranks',
      ]);
      expect(JSON.parse(readFileSync(at(flavour, 'line', 'config.json'), 'utf8')).recipe.shards).toBe(2);
    });

    it('pixelrnn train saves the step and ends in order when it is interrupted', async () => {
      let isSent = false;
      const { code, stdout, stderr } = await pixelrnn(train('endless', '--steps', '1000000'), (text, child) => {
        if (isSent || !text.includes('step ')) return;
        isSent = true;
        child.kill('SIGINT');
      });
      expect({ code, told: stderr.match(/^interrupted: /gm)?.length }).toEqual({ code: 130, told: 1 });
      const { step, interrupted } = JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
      expect(interrupted).toBe(true);
      expect(readFileSync(at(flavour, 'endless', 'checkpoints', String(step), 'state.json'), 'utf8')).toContain(
        '"step"',
      );
    });

    /** The ranks of a run, without who has started them. */
    const ranksOf = (name: string) =>
      running(
        (words) => words[0] === process.execPath && words.includes(at(flavour, name)) && !words.includes('--ranks'),
      );

    it('pixelrnn train hears an interrupt that comes while its ranks begin', async () => {
      const started = pixelrnn(train('early', '--steps', '1000000'));
      await expect.poll(() => ranksOf('early').length, { timeout: 20_000, interval: 5 }).toBe(2);
      started.child.kill('SIGINT');
      const { code } = await started;
      expect(code).toBe(130);
      expect(ranksOf('early')).toEqual([]);
    });

    it('pixelrnn train ends at once when it is interrupted once more', async () => {
      const started = pixelrnn(train('stuck', '--steps', '1000000'));
      await expect.poll(started.stderr, { timeout: 60_000 }).toContain('step ');
      for (const rank of ranksOf('stuck')) process.kill(rank, 'SIGSTOP'); // they cannot end in order
      started.child.kill('SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 200));
      started.child.kill('SIGINT');
      expect((await started).code).toBe(130);
      expect(ranksOf('stuck')).toEqual([]);
    });

    once('pixelrnn sample draws the same images on any number of them', async () => {
      const sample = (...more: string[]) =>
        pixelrnn(['sample', at(flavour, 'line'), '--count', '3', '--seed', '4', '--format', 'npy', '--json', ...more]);
      const files = [1, 2, 4].map((size) => at(flavour, `of-${size}.npy`));
      const results = [
        await sample('--out', files[0]),
        await sample('--out', files[1], '--ranks', '2'),
        await sample('--out', files[2], '--ranks', '4'),
      ].map(({ stdout }) => JSON.parse(stdout));
      for (const [i, { nats }] of results.entries()) {
        expect(nats).toEqual(results[0].nats);
        expect(readFileSync(files[i])).toEqual(readFileSync(files[0]));
      }
    });

    once('pixelrnn compress writes the same archive on any number of them', async () => {
      const [run, archives] = [at(flavour, 'line'), [1, 2, 4].map((size) => at(flavour, `of-${size}.pxr`))];
      const compress = (out: string, ...more: string[]) =>
        pixelrnn(['compress', run, '--split', 'test', '--limit', '6', '--block', '2', '--out', out, '--json', ...more]);
      const results = [
        await compress(archives[0]),
        await compress(archives[1], '--ranks', '2'),
        await compress(archives[2], '--ranks', '4'),
      ];
      for (const [i, { code, stdout, stderr }] of results.entries()) {
        expect(code, stderr).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({ images: 6 });
        expect(readFileSync(archives[i])).toEqual(readFileSync(archives[0]));
      }
    });

    const likelihood = (stdout: string) => {
      const { nats, standardError, images } = JSON.parse(stdout);
      return { nats, standardError, images };
    };
    once('pixelrnn evaluate says the same of every image on any number of them', async () => {
      const evaluate = (out: string, ...more: string[]) =>
        pixelrnn([
          ...['evaluate', at(flavour, 'line'), '--split', 'test', '--limit', '7', '--backend', 'cpu', '--json'],
          ...['--batch-size', '2', '--per-image', out, ...more],
        ]);
      const files = [1, 2, 4].map((size) => at(flavour, `of-${size}.jsonl`));
      const results = [
        await evaluate(files[0]),
        await evaluate(files[1], '--ranks', '2'),
        await evaluate(files[2], '--ranks', '4'),
      ];
      for (const [i, { code, stdout, stderr }] of results.entries()) {
        expect(code, stderr).toBe(0);
        expect(likelihood(stdout)).toEqual({ ...likelihood(results[0].stdout), images: 7 });
        expect(readFileSync(files[i], 'utf8')).toBe(readFileSync(files[0], 'utf8'));
      }
      const journal = readFileSync(at(flavour, 'line', 'journal.jsonl'), 'utf8')
        .trimEnd()
        .split('\n');
      expect(journal.filter((line) => JSON.parse(line).event === 'evaluate')).toHaveLength(3);
    });

    it('pixelrnn evaluate ends on all of them when it is interrupted', async () => {
      const args = ['evaluate', at(flavour, 'endless'), '--split', 'train', '--batch-size', '1', '--backend', 'cpu'];
      let isSent = false;
      // It is over when the last of them has closed its output.
      const { code, stdout } = await pixelrnn([...args, '--ranks', '2', '--json'], (text, child) => {
        if (isSent || !text.includes('running on')) return;
        isSent = true;
        child.kill('SIGINT');
      });
      expect(code).toBe(130);
      expect(stdout).not.toContain('"nats"'); // MPICH has its own say
    });

    once('pixelrnn train refuses what it cannot do in one line', async () => {
      const { code, stderr } = await pixelrnn([...train('odd'), '--set', 'shards=3']);
      expect(code).toBe(2);
      expect(stderr.match(/^pixelrnn: .*$/gm)).toEqual([
        `pixelrnn: ${at('recipe.json')}: shards: wanted a divisor of the batchSize 8, got 3`,
      ]);
    });
  });
});
