import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { BACKEND_CHOICES, type BackendChoice, MAX_THREADS } from '@pixelrnn/backends';
import { datasetFiles } from '@pixelrnn/data/node';
import { resolveRecipe } from '@pixelrnn/experiment';
import {
  type CommandDefinition,
  choice,
  integer,
  listOf,
  positiveInteger,
  positiveNumber,
  type SharedFlags,
} from '@pixelrnn/shell';
import type { Place, Rival } from '../contestants.ts';
import type { Installation } from '../installation.ts';
import { MEASURE_DEFAULTS, type MeasureOptions } from '../measure/measure.ts';
import { runTable } from '../report/run-table.ts';
import { appendRows, RESULTS_FOLDER } from '../results/files.ts';
import type { Row } from '../results/row.ts';
import { runTask } from '../run-task.ts';
import { rehearsal, SUITES, type SuiteName, selectTasks } from '../suites.ts';
import { type Task, taskName } from '../tasks/task.ts';
import { findTorch } from '../worker/find-torch.ts';

interface RunFlags extends SharedFlags {
  readonly suite: SuiteName;
  readonly backend?: readonly BackendChoice[];
  readonly threads?: readonly number[];
  readonly only?: string;
  readonly rounds?: number;
  readonly minutes?: number;
  readonly torch?: boolean;
  readonly rehearse?: boolean;
  readonly out?: string;
  readonly dataDir?: string;
}

/** Minutes after which a suite begins no further task, but for those that train, which come last in it. */
const SUITE_MINUTES: Partial<Record<SuiteName, number>> = { gpu: 7 };

const SUITE_MEASURE: Partial<Record<SuiteName, Partial<MeasureOptions>>> = {
  quick: { rounds: 3, turnMs: 500 },
  gpu: { rounds: 3, turnMs: 500, taskMs: 20_000 },
};

const backendNames = listOf(choice(BACKEND_CHOICES));

/** `pixelrnn-bench run`: measures the tasks of a suite, each in processes of its own, and appends what it found to the results. */
export const runCommand = (installation: Installation): CommandDefinition<RunFlags> => ({
  examples: ['run --suite quick', "run --only 'train/mnist-*,kernel/*' --backend tensorflow,wasm --threads 1,2 --json"],
  flags: (command) =>
    command
      .option('--suite <name>', `what to measure: ${SUITES.join(', ')}`, choice(SUITES), 'quick')
      .option('--only <names>', 'these tasks instead: train/mnist-row-lstm,kernel/*,…')
      .option('--backend <names>', 'tensorflow, webgpu, wasm, cpu or auto; several with commas', backendNames)
      .option(
        '--threads <numbers>',
        'threads of tensorflow, wasm and PyTorch; several with commas',
        listOf(integer(1, MAX_THREADS)),
      )
      .option('--rounds <n>', `rounds of interleaved runs (default: ${MEASURE_DEFAULTS.rounds})`, positiveInteger)
      .option('--minutes <n>', 'begin no further task after so many minutes', positiveNumber)
      .option('--torch', 'beside PyTorch, if $PIXELRNN_TORCH_PYTHON or python3 has it')
      .option(
        '--rehearse',
        'the same kinds of tasks on tiny networks, to see that all of them run here; no results are kept',
      )
      .option('--data-dir <folder>', 'data folder, for quality tasks (default: $PIXELRNN_DATA, else the user cache)')
      .option(
        '--out <folder>',
        `folder of the results (default: ${RESULTS_FOLDER}, or ./results outside the repository)`,
      ),
  async run({ note, print }, flags) {
    const chosen = selectTasks(flags.suite, flags.only);
    const tasks = flags.rehearse ? rehearsal(chosen) : chosen;
    if (flags.rehearse) await noteMissingData(chosen, flags, note);
    const places = placesOf(flags);
    const rival = flags.torch ? await findRival(flags, installation, note) : undefined;
    const out = flags.out ?? (existsSync(join('apps', 'bench')) ? RESULTS_FOLDER : 'results');
    const ofSuite = flags.only === undefined && flags.minutes === undefined ? SUITE_MINUTES[flags.suite] : undefined;
    const minutes = flags.minutes ?? ofSuite;
    const trainsOnce = ofSuite !== undefined;
    const measure = { ...SUITE_MEASURE[flags.suite], ...(flags.rounds && { rounds: flags.rounds }) };
    const { program } = installation;
    const began = performance.now();
    const all: Row[] = [];
    const missed: string[] = [];
    for (const task of tasks) {
      const isLate = minutes !== undefined && performance.now() - began > minutes * 60_000;
      if (isLate && (flags.minutes !== undefined || task.kind !== 'quality')) {
        note(`${taskName(task)}: left out, ${minutes} minutes are over`);
        continue;
      }
      note(`${taskName(task)} …`);
      const rows = await runTask(task, { places, rival, program, dataDir: flags.dataDir, measure, trainsOnce, note });
      if (!flags.rehearse) await appendRows(out, rows);
      if (rows.length === 0) missed.push(taskName(task));
      if (flags.json) for (const row of rows) print(JSON.stringify(row));
      all.push(...rows);
    }
    if (all.length === 0) throw new Error('nothing could be measured');
    if (flags.rehearse && missed.length > 0) throw new Error(`--rehearse: nothing came of ${missed.join(', ')}`);
    if (!flags.json) print(runTable(all).trimEnd());
    return undefined;
  },
});

const SUITE_BACKENDS: Readonly<Record<SuiteName, readonly BackendChoice[]>> = {
  quick: ['auto'],
  cpu: ['tensorflow', 'wasm'],
  gpu: ['webgpu', 'tensorflow'],
  paper: ['auto'],
};

/** Not every backend has a number of threads to choose. */
function placesOf({ suite, backend, threads, only }: RunFlags): Place[] {
  const cores = availableParallelism();
  const backends = backend ?? (only === undefined ? SUITE_BACKENDS[suite] : ['auto' as const]);
  const counts = threads ?? (suite === 'cpu' && only === undefined ? [...new Set([1, cores])] : [cores]);
  return backends.flatMap((name): Place[] => {
    const choices = ['tensorflow', 'wasm', 'auto'].includes(name) ? counts : [1];
    return choices.map((count) => ({ backend: name, threads: count }));
  });
}

/** Says which data the trainings would miss: a rehearsal reads none. */
async function noteMissingData(
  tasks: readonly Task[],
  { dataDir }: RunFlags,
  note: (line: string) => void,
): Promise<void> {
  for (const task of tasks) {
    if (task.kind !== 'quality') continue;
    const { name } = (await resolveRecipe(task.model)).dataset!; // presets have one
    const files = await datasetFiles(name, { dataDir });
    if (files && files.missing.length > 0) note(`${taskName(task)}: ${files.folder} does not hold ${name}`);
  }
}

async function findRival(
  { suite }: RunFlags,
  { home }: Installation,
  note: (line: string) => void,
): Promise<Rival | undefined> {
  const found = await findTorch();
  if ('python' in found)
    return { ...found, script: join(home, 'peers', 'peer.py'), device: suite === 'gpu' ? 'cuda' : 'cpu' };
  note(`PyTorch is left out: ${found.absent}`);
  return undefined;
}
