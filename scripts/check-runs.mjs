// Starts two processes in one run folder at the same moment, again and again: exactly one may train. Then kills a process that saves by
// SIGKILL at random moments, again and again: what it goes on from must be whole, and not older than what it has last told to be saved.
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { install } from './install.mjs';
import { buildPixelrnn } from './lib/cli.mjs';
import { main, root } from './lib/process.mjs';

const STARTS = 200;
const KILLS = 100;
/** A process is killed so many milliseconds after its first save, at most. */
const LONGEST = 500;

/** A process, and what throws if it ends by itself while somebody waits for a message of it. */
function start(program, ...args) {
  const child = fork(path.join(root, 'scripts', 'check-runs', `${program}.mjs`), args);
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`check-runs: ${program} ended by itself (${signal ?? code})`);
  });
  ended.catch(() => {}); // one that is killed
  return { child, next: () => Promise.race([ended, once(child, 'message').then(([message]) => message)]) };
}

/** Two starters of one folder, which is new or was left by a process that was killed. */
async function startTwo(folder) {
  const starters = [start('start'), start('start')];
  await Promise.all(starters.map(({ next }) => next()));
  const refusals = new Map();
  const wins = [0, 0];
  for (let round = 0; round < STARTS; round++) {
    const out = path.join(folder, String(round));
    if (round % 2 === 1) leaveLock(out);
    const answers = starters.map(({ next }) => next());
    for (const { child } of starters) child.send(out);
    const told = await Promise.all(answers);
    const winner = told.findIndex(({ trained }) => trained === 2);
    const { refused } = told[1 - winner] ?? {};
    const why = /is being trained by|holds a run already/.exec(refused)?.[0];
    if (!why) throw new Error(`check-runs: wanted one of two to train, got ${JSON.stringify(told)}`);
    wins[winner]++;
    refusals.set(why, (refusals.get(why) ?? 0) + 1);
    const journal = readFileSync(path.join(out, 'journal.jsonl'), 'utf8').trim().split('\n');
    const events = journal.map((line) => JSON.parse(line).event);
    if (
      events.filter((event) => event === 'start').length !== 1 ||
      events.filter((event) => event === 'end').length !== 1
    )
      throw new Error(`check-runs: wanted one start and one end in ${out}, got ${events.join(', ')}`);
    rmSync(out, { recursive: true });
  }
  for (const { child } of starters) child.disconnect();
  const reasons = [...refusals].map(([why, count]) => `"${why}" ${count} times`).join(', ');
  console.log(
    `${STARTS} times one of two starters trained (${wins.join(' and ')} times); the other was told ${reasons}`,
  );
}

/** The lock of a process that is gone. */
function leaveLock(out) {
  mkdirSync(out, { recursive: true });
  writeFileSync(path.join(out, 'train.lock'), `${spawnSync(process.execPath, ['-e', '']).pid}\n`);
}

/** Kills `program` at a random moment after its first save, `KILLS` times, each on what the one before has left. */
async function killOften(program, folder) {
  let last = -1; // what was told to be saved
  let saves = 0;
  for (let kill = 0; kill <= KILLS; kill++) {
    const { child, next } = start(program, folder);
    const { from } = await next();
    if (from < last) throw new Error(`check-runs: ${program} had saved ${last} and goes on from ${from}`);
    child.on('message', ({ saved }) => {
      last = saved;
      saves++;
    });
    await next();
    await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST));
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
  }
  console.log(
    `${program}: killed ${KILLS} times, after ${saves} saves in all; nothing that was told to be saved was lost`,
  );
}

await main(async () => {
  await install();
  await buildPixelrnn();
  const folder = mkdtempSync(path.join(tmpdir(), 'pixelrnn-runs-'));
  try {
    await startTwo(path.join(folder, 'starters'));
    await killOften('replace', path.join(folder, 'replaced'));
    await killOften('save', path.join(folder, 'saved'));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
