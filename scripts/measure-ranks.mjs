// `node scripts/measure-ranks.mjs [--preset mnist-diagonal-bilstm] [--steps 200] [--rounds 3] [--mpi openmpi]`, after `npm run build`: images a
// second of one process with one thread, of one with two, and of two ranks with one thread each, in turn; then how long a sum over two ranks takes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { entry } from './lib/cli.mjs';
import { median } from './lib/median.mjs';
import { MPI_ENV } from './lib/mpi.mjs';

const here = fileURLToPath(import.meta.url);
const cli = path.resolve(path.dirname(here), '../apps/cli');
const folder = mkdtempSync(path.join(tmpdir(), 'pixelrnn-ranks-'));
/** Each rank has a core, and need not make room for others while it waits. */
const env = { ...process.env, ...MPI_ENV, OMPI_MCA_mpi_yield_when_idle: '0' };
const LENGTHS = [1e4, 1e5, 1e6, 1e7];

function run(mpi, args) {
  const command = mpi ? [`mpirun.${mpi}`, '-n', '2', process.execPath, ...args] : [process.execPath, ...args];
  const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
}

/** Of the second half of the steps. */
function imagesPerSecond({ preset, steps }, name, threads, mpi) {
  const out = path.join(folder, name);
  const sets = [
    'shards=2',
    'batchSize=16',
    'evaluateEvery=100000',
    'evaluateImages=32',
    'sampleEvery=0',
    'checkpointEvery=100000',
    'journalEvery=1',
  ];
  const args = [
    'train',
    preset,
    '--recipe',
    'fast',
    '--steps',
    steps,
    '--threads',
    String(threads),
    '--backend',
    'tensorflow',
  ];
  run(mpi, [entry, ...args, '--out', out, ...sets.flatMap((set) => ['--set', set])]);
  const journal = readFileSync(path.join(out, 'journal.jsonl'), 'utf8').trim().split('\n');
  const speeds = journal.map((line) => JSON.parse(line)).filter(({ event }) => event === 'step');
  rmSync(out, { recursive: true });
  return median(speeds.slice(speeds.length / 2).map((entry) => entry.imagesPerSecond));
}

/** On each rank; rank 0 prints. */
async function sums() {
  const { joinCluster } = await import(path.join(cli, 'node_modules/@pixelrnn/cluster/dist/index.js'));
  const cluster = await joinCluster();
  for (const length of LENGTHS) {
    const values = new Float32Array(length).fill(1e-30);
    const times = Array.from({ length: 30 }, () => {
      cluster.gather(new Uint8Array(1));
      const began = performance.now();
      cluster.sum(values);
      return performance.now() - began;
    });
    if (cluster.rank === 0)
      console.log(`sum of ${length} numbers over ${cluster.size} ranks: ${median(times).toFixed(2)} ms`);
  }
  cluster.leave();
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    preset: { type: 'string', default: 'mnist-diagonal-bilstm' },
    steps: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    mpi: { type: 'string', default: 'openmpi' },
  },
});
if (positionals[0] === 'sums') await sums();
else {
  const ways = { 'one rank, 1 thread': [1], 'one rank, 2 threads': [2], 'two ranks, 1 thread each': [1, values.mpi] };
  const found = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, [threads, mpi]] of Object.entries(ways))
      found[name].push(imagesPerSecond(values, `${round}-${name}`, threads, mpi));
  const [alone] = Object.values(found).map(median);
  for (const [name, speeds] of Object.entries(found))
    console.log(
      `${name}: ${median(speeds).toFixed(0)} images/s, ${(median(speeds) / alone).toFixed(2)} times the first`,
    );
  process.stdout.write(run(values.mpi, [here, 'sums']));
  rmSync(folder, { recursive: true, force: true });
}
