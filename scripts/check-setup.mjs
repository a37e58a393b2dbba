// Interrupts `pixelrnn setup tensorflow` into an empty cache folder, by Ctrl-C and by SIGKILL, at random moments of each of its stages: installing,
// downloading and unpacking, compiling twice. Then lets `npm run setup:tensorflow` end, and asks `pixelrnn doctor` whether TensorFlow starts
// from there. Some ten minutes and 1.5 GB of disk; what pip and npm have in their own caches is not downloaded again.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { install } from './install.mjs';
import { buildPixelrnn, entry, pixelrnnJson } from './lib/cli.mjs';
import { main, node, root } from './lib/process.mjs';

const SIGNALS = ['SIGINT', 'SIGKILL'];

/** The beginning of a line of progress, without the folder that it may name. */
const stageOf = (line) => line.split(' ').slice(0, 3).join(' ');

/**
 * Runs a setup and tells the stages that it has gone through, with their milliseconds. With an `interrupt`, the signal comes so many
 * milliseconds after a stage has begun.
 */
function setup(env, interrupt) {
  // A process group of its own: Ctrl-C in a terminal reaches pip and the compiler, too, while SIGKILL comes to one process alone.
  const stdio = ['ignore', 'ignore', 'pipe'];
  const child = spawn(process.execPath, [entry, 'setup', 'tensorflow'], { env, stdio, detached: true });
  const began = performance.now();
  const stages = [];
  let timer;
  createInterface({ input: child.stderr }).on('line', (line) => {
    const stage = stageOf(line);
    stages.push({ stage, at: performance.now() });
    if (stage !== interrupt?.stage) return;
    const kill = () => process.kill(interrupt.signal === 'SIGINT' ? -child.pid : child.pid, interrupt.signal);
    timer = setTimeout(kill, interrupt.milliseconds);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, by) => {
      clearTimeout(timer);
      const ends = [...stages.slice(1).map(({ at }) => at), performance.now()];
      const lengths = stages.map(({ stage, at }, i) => ({ stage, milliseconds: ends[i] - at }));
      resolve({ code, by, lengths, milliseconds: performance.now() - began });
    });
  });
}

/** What `pixelrnn doctor` says of TensorFlow. */
const tensorflow = async (env) =>
  (await pixelrnnJson(['doctor'], { env })).tried.find(({ name }) => name === 'tensorflow');

function expect(what, isTrue) {
  if (!isTrue) throw new Error(`check-setup: this does not hold: ${what}`);
  console.log(what);
}

/** Interrupts setups into one folder, by each signal once, at random moments of a stage. */
async function interrupt(env, { stage, milliseconds }) {
  for (const signal of SIGNALS) {
    const moment = Math.random() * milliseconds;
    const { code, by } = await setup(env, { signal, stage, milliseconds: moment });
    if (code === 0)
      rmSync(env.PIXELRNN_CACHE, { recursive: true }); // it was faster this time: begin anew
    else expect(`${signal} ends it ${seconds(moment)} after "${stage} …"`, by === signal);
    const { ok, notFused, reason } = await tensorflow(env);
    console.log(`  then TensorFlow ${ok ? `starts${notFused ? ', not fused' : ''}` : `does not start: ${reason}`}`);
  }
}

async function repeat(env) {
  await node([path.join(root, 'scripts', 'setup-tensorflow.mjs')], { env });
  const { ok, notFused, detail, reason } = await tensorflow(env);
  expect(
    `repeated, it ends well, and TensorFlow starts (${reason ?? detail})`,
    ok && detail.includes(env.PIXELRNN_CACHE),
  );
  expect(`with fused operations${notFused ? `: ${notFused}` : ''}`, !notFused);
  const left = readdirSync(path.join(env.PIXELRNN_CACHE, 'pixelrnn', 'tensorflow'));
  expect(`and nothing else is left: ${left.join(', ')}`, left.length === 2);
}

/** Runs `body` with a cache folder of its own. */
async function withCache(body) {
  const folder = mkdtempSync(path.join(tmpdir(), 'pixelrnn-setup-'));
  try {
    return await body({ ...process.env, PIXELRNN_CACHE: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 }); // orphans of a killed setup may still write
  }
}

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

await main(async () => {
  await install();
  await buildPixelrnn();
  const whole = await withCache(setup);
  expect(`a setup that nobody interrupts ends well, after ${seconds(whole.milliseconds)}`, whole.code === 0);
  for (const stage of whole.lengths)
    await withCache(async (env) => {
      await interrupt(env, stage);
      await repeat(env);
    });
});
