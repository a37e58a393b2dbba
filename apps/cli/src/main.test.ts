import { readdir, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { runChild } from './child.fixture.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { lastJson } from './terminal.fixture.ts';
import { tinyRecipe } from './tiny-run.fixture.ts';

const at = temporaryFolder();
const train = (name: string) => ['train', at('recipe.json'), '--out', at(name), '--backend', 'cpu', '--json'];
const checkpoints = (name: string) => readdir(at(name, 'checkpoints'));

beforeAll(async () => {
  const endless = { ...tinyRecipe, steps: 1_000_000, evaluateEvery: 1_000_000, checkpointEvery: 1_000_000 };
  await writeFile(at('recipe.json'), JSON.stringify(endless));
});

/** Trains without end, and sends a signal (as often as a closing terminal does) when the first step is there. */
async function trainUntil(name: string, signal: NodeJS.Signals, times = 1) {
  let interrupted = false;
  return runChild(train(name), (stderr, child) => {
    if (interrupted || !stderr.includes('step ')) return;
    interrupted = true;
    for (let i = 0; i < times; i++) setTimeout(() => child.kill(signal), 20 * i);
  });
}

it.skipIf(process.platform === 'win32').each([
  ['Ctrl-C', 'SIGINT', 1],
  ['SIGTERM', 'SIGTERM', 1],
  ['a terminal that is closed, which is told twice,', 'SIGHUP', 2],
] as const)('%s ends a training in order: saved, exit code 130', async (_, signal, times) => {
  const ran = await trainUntil(signal, signal, times);
  expect(ran).toMatchObject({ code: 130 });
  expect(ran.stderr.match(/^interrupted: /gm)).toHaveLength(1);
  const { step } = lastJson(ran);
  expect(lastJson(ran)).toMatchObject({ interrupted: true, steps: 1_000_000 });
  expect(step).toBeGreaterThan(0);
  expect(await checkpoints(signal)).toEqual([String(step)]);
});

it.skipIf(process.platform === 'win32')('goes on when nobody reads its progress any more', async () => {
  const ran = await runChild([...train('unread'), '--set', 'steps=4'], (_, child) => child.stderr!.destroy());
  expect(ran).toMatchObject({ code: 0 });
  expect(await checkpoints('unread')).toEqual(['4']);
});

/** What TensorFlow 2.21 says on processors for which oneDNN has operations, before it reads how much it is to say; only to turn them off keeps it quiet. */
const OF_ONEDNN = /^(WARNING: All log messages before absl|I0000 .* oneDNN custom operations are on).*\n/gm;

it('prints no banner of TensorFlow.js, and no warning of what was not asked for', { tags: ['slow'] }, async () => {
  const ran = await runChild([
    'train',
    at('recipe.json'),
    '--out',
    at('quiet'),
    '--set',
    'steps=1',
    '--backend',
    'auto',
  ]);
  expect(ran.code).toBe(0);
  const said = ran.stderr.replace(OF_ONEDNN, '');
  expect(said).toMatch(/^running on \w+/);
  expect(said).not.toMatch(/Hi, looks like|[Ww]arning|vk[A-Z]/);
});

describe('loads only what it needs', () => {
  const trace = ['--import', new URL('trace-loads.fixture.mjs', import.meta.url).href];
  const loads = (stderr: string) => [...stderr.matchAll(/^loads (.*)$/gm)].map(([, name]) => name);

  it('help loads neither TensorFlow.js nor what checks recipes or draws figures', async () => {
    const { code, stderr } = await runChild(['--help'], undefined, trace);
    expect(code).toBe(0);
    expect(loads(stderr)).toContain('commander');
    for (const name of ['@tensorflow/tfjs-core', 'zod', 'linkedom', '@observablehq/plot'])
      expect(loads(stderr)).not.toContain(name);
  });

  it('training loads what draws figures when its report is written', { tags: ['slow'] }, async () => {
    const { code, stderr } = await runChild([...train('traced'), '--set', 'steps=4'], undefined, trace);
    expect(code).toBe(0);
    const steps = stderr.indexOf('\nstep ');
    expect(steps).toBeGreaterThan(0);
    expect(loads(stderr.slice(0, steps))).toContain('@tensorflow/tfjs-core');
    for (const name of ['linkedom', '@observablehq/plot']) {
      expect(loads(stderr.slice(0, steps))).not.toContain(name);
      expect(loads(stderr.slice(steps))).toContain(name);
    }
  });
});
