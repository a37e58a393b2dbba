// `npm run check:ranks -- [--presets …] [--mpi openmpi,mpich] [--backends tensorflow,wasm] [--ranks 2,4,8] [--steps 200] [--interrupts 50]`:
// presets trained on several ranks end with the bits of one process, also when a rank is killed on 4 at a random moment and the run goes on
// on 2; and a run that is interrupted at random moments, over and over, ends with the bits of one that was left alone. Prints a table.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { install } from './install.mjs';
import { buildPixelrnn, entry, pixelrnn } from './lib/cli.mjs';
import { MPI_ENV } from './lib/mpi.mjs';
import { main } from './lib/process.mjs';
import { running } from './lib/running.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'pixelrnn-ranks-'));
const at = (name) => path.join(folder, name);
const list = (text) => text.split(',').filter(Boolean);

/** Starts a program in a group of its own; `ended` is its exit code, seconds and output. */
function start(command, args) {
  const began = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...MPI_ENV },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const ended = new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, output, seconds: (performance.now() - began) / 1000 })),
  );
  return { child, ended, output: () => output };
}

const train = (preset, name, backend, { steps, resume }) => [
  entry,
  'train',
  ...(resume ? ['--resume'] : [preset, '--set', 'shards=8', '--set', 'batchSize=8', '--steps', String(steps)]),
  ...['--out', at(name), '--backend', backend, '--threads', '1'],
  ...(resume
    ? []
    : ['--recipe', 'fast', '--set', 'evaluateImages=64', '--set', 'sampleEvery=0', '--set', 'checkpointEvery=50']),
];

const onRanks = (mpi, ranks, args) =>
  mpi ? start(`mpirun.${mpi}`, ['-n', String(ranks), process.execPath, ...args]) : start(process.execPath, args);

async function done({ ended }) {
  const { code, output, seconds } = await ended;
  if (code !== 0) throw new Error(`ended with exit code ${code}:\n${output}`);
  return seconds;
}

/** Of all arrays of the newest checkpoint. */
function bits(name) {
  const checkpoints = path.join(at(name), 'checkpoints');
  const newest = Math.max(...readdirSync(checkpoints).map(Number));
  const hash = createHash('sha256');
  for (const file of readdirSync(path.join(checkpoints, String(newest)))
    .filter((each) => each.endsWith('.safetensors'))
    .sort())
    hash.update(readFileSync(path.join(checkpoints, String(newest), file)));
  return `${newest} ${hash.digest('hex')}`;
}

/** The processes of the ranks of a run. */
const ranksOf = (name) => running((words) => words[1] === entry && words.includes(at(name)));

const said = (same) => (same ? 'same bits' : 'OTHER BITS');
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

const stepsDone = (output) => Number([...output.matchAll(/step (\d+)\//g)].at(-1)?.[1] ?? 0);

/** Kills one of 4 ranks after a random step, then goes on on 2. */
async function killed(preset, mpi, backend, steps) {
  const name = `${preset}-${mpi}-${backend}-killed`;
  const run = onRanks(mpi, 4, train(preset, name, backend, { steps }));
  const after = 1 + Math.floor(Math.random() * 0.9 * steps);
  while (stepsDone(run.output()) < after && run.child.exitCode === null) await pause(0.05);
  const ranks = ranksOf(name);
  if (ranks.length === 0) throw new Error(`ended before a rank was killed:\n${run.output()}`);
  const began = performance.now();
  process.kill(ranks[Math.floor(Math.random() * ranks.length)], 'SIGKILL');
  await run.ended;
  const left = ranksOf(name).length;
  const ending = (performance.now() - began) / 1000;
  await done(onRanks(mpi, 2, train(preset, name, backend, { resume: true })));
  return { bits: bits(name), ending, left };
}

async function presetRow(preset, mpi, backend, counts, steps) {
  const alone = `${preset}-${backend}-alone`;
  if (!existsSync(at(alone))) await done(onRanks(undefined, 1, train(preset, alone, backend, { steps })));
  const cells = [];
  for (const count of counts) {
    const name = `${preset}-${mpi}-${backend}-${count}`;
    const took = await done(onRanks(mpi, count, train(preset, name, backend, { steps })));
    cells.push(`${said(bits(name) === bits(alone))} (${took.toFixed(0)} s)`);
  }
  const kill = await killed(preset, mpi, backend, steps);
  cells.push(`${said(kill.bits === bits(alone))}; all ended ${kill.ending.toFixed(1)} s after it, ${kill.left} left`);
  console.log(`| ${preset} | ${backend} | ${mpi} | ${cells.join(' | ')} |`);
  return cells.every((cell) => cell.startsWith('same')) && kill.left === 0;
}

/**
 * A small run on 2 ranks, interrupted so many times at random moments, from their start to some steps after the first, and then left alone; how long the
 * slowest took to end.
 */
async function interrupted(times) {
  const args = (name) => [...train('quickstart', name, 'cpu', { steps: 20 * times }), '--resume'];
  await done(start(process.execPath, args('undisturbed')));
  let [sent, slowest, toFirstStep] = [0, 0, 0];
  for (let code = 130; code !== 0; ) {
    const started = performance.now();
    const run = start(process.execPath, [...args('disturbed'), '--ranks', '2']);
    if (toFirstStep === 0) {
      while (!run.output().includes('step ') && run.child.exitCode === null) await pause(0.02);
      toFirstStep = (performance.now() - started) / 1000;
    }
    await pause(Math.random() * 1.5 * toFirstStep);
    const began = performance.now();
    if (sent < times) run.child.kill('SIGINT');
    const ended = await run.ended;
    code = ended.code ?? 130; // before the program listened
    if (code !== 0 && code !== 130) throw new Error(`ended with exit code ${code}:\n${ended.output}`);
    if (ranksOf('disturbed').length > 0) throw new Error(`left ranks behind:\n${ended.output}`);
    if (code === 130) {
      sent++;
      slowest = Math.max(slowest, (performance.now() - began) / 1000);
    }
  }
  const isSame = bits('disturbed') === bits('undisturbed');
  console.log(
    `interrupted ${sent} times on 2 ranks, each time saved and all ended, the slowest after ${slowest.toFixed(1)} s: ${said(isSame)}`,
  );
  return isSame && sent === times;
}

await main(async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      presets: {
        type: 'string',
        default: 'mnist-pixel-cnn,mnist-row-lstm,mnist-diagonal-bilstm,mnist-gated-pixel-cnn',
      },
      mpi: { type: 'string', default: 'openmpi,mpich' },
      backends: { type: 'string', default: 'tensorflow,wasm' },
      ranks: { type: 'string', default: '2,4,8' },
      steps: { type: 'string', default: '200' },
      interrupts: { type: 'string', default: '50' },
    },
  });
  await install();
  await buildPixelrnn();
  const counts = list(values.ranks).map(Number);
  let isGood = true;
  try {
    for (const mpi of list(values.mpi)) await pixelrnn(['setup', 'mpi'], { env: { MPICXX: `mpicxx.${mpi}` } });
    console.log(
      `| preset | backend | MPI | ${counts.map((n) => `${n} ranks`).join(' | ')} | one of 4 killed, gone on on 2 |`,
    );
    console.log(`|${'---|'.repeat(counts.length + 4)}`);
    for (const preset of list(values.presets))
      for (const backend of list(values.backends))
        for (const mpi of list(values.mpi))
          isGood = (await presetRow(preset, mpi, backend, counts, Number(values.steps))) && isGood;
    if (Number(values.interrupts) > 0) isGood = (await interrupted(Number(values.interrupts))) && isGood;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (!isGood) throw new Error('not all have the same bits');
});
