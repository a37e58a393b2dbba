import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rng } from '@pixelrnn/core';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readJournal } from '../run/journal.ts';
import { readRunConfig } from '../run/run-config.ts';
import { arrayBytes } from './tiny-run.fixture.ts';

const KILLS = 10;
const STEPS = 40;

// Inside the package, so that the child finds the packages that are not bundled.
const scratch = fileURLToPath(new URL('../../.kill-test', import.meta.url));
const child = join(scratch, 'kill-child.fixture.js');

beforeAll(async () => {
  mkdirSync(scratch, { recursive: true });
  await build({
    entry: [fileURLToPath(new URL('kill-child.fixture.ts', import.meta.url))],
    outDir: scratch,
    config: false,
    silent: true,
    format: 'esm',
    target: 'es2022',
    // The backend is a package of @pixelrnn/backends; tfjs-core must be one.
    noExternal: [/^(?!@tensorflow)/, /^@tensorflow\/tfjs-backend-cpu/],
    external: [/^@tensorflow\/(?!tfjs-backend-cpu)/],
    esbuildOptions(options) {
      options.conditions = ['@pixelrnn/source'];
    },
  });
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly milliseconds: number;
}

/** Trains in a process of its own, which is killed after so many milliseconds. */
function trainInChild(out: string, killAfter?: number): Promise<Outcome> {
  const began = performance.now();
  const training = spawn(process.execPath, [child, out, String(STEPS)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [training.stdout, training.stderr]) stream.on('data', (data) => (output += data));
  const timer = killAfter === undefined ? undefined : setTimeout(() => training.kill('SIGKILL'), killAfter);
  return new Promise((resolve, reject) => {
    training.on('error', reject);
    training.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, output, milliseconds: performance.now() - began });
    });
  });
}

it('a run killed at ten random moments ends with the bits of one that was left alone', { tags: ['slow'] }, async () => {
  const [alone, killed] = ['alone', 'killed'].map((name) => join(scratch, name));
  const whole = await trainInChild(alone);
  expect(whole.code, whole.output).toBe(0);

  const random = rng(`kills ${Date.now()}`);
  let kills = 0;
  while (kills < KILLS) {
    // A run that ends before its time begins anew: the later ones must be killed too.
    if ((await lastStep(killed)) === STEPS) rmSync(killed, { recursive: true });
    const { code, signal, output } = await trainInChild(killed, random.uniform() * whole.milliseconds);
    if (signal !== 'SIGKILL') expect(code, output).toBe(0);
    // Before there is a run, nothing can go wrong.
    else if (existsSync(join(killed, 'config.json'))) kills++;
  }
  const last = await trainInChild(killed);
  expect(last.code, last.output).toBe(0);

  expect(arrayBytes(killed, STEPS)).toEqual(arrayBytes(alone, STEPS));
  expect((await readRunConfig(killed))!.hash).toBe((await readRunConfig(alone))!.hash);
  expect(readdirSync(killed, { recursive: true }).filter((name) => String(name).endsWith('.partial'))).toEqual([]);
  expect(await trainedSteps(killed)).toEqual(await trainedSteps(alone));
});

const lastStep = async (run: string) => (await readJournal(run)).findLast(({ event }) => event === 'end')?.step;

/** Step and loss of every step in the journal, each once. */
const trainedSteps = async (run: string) =>
  (await readJournal(run)).filter(({ event }) => event === 'step').map(({ step, nats }) => [step, nats]);
