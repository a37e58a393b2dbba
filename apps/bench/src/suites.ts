import { PRESETS } from '@pixelrnn/models';
import { KERNEL_CASES } from './tasks/kernel-cases.ts';
import { MODEL_NAMES } from './tasks/models.ts';
import { REHEARSED } from './tasks/quality-task.ts';
import { type Task, taskName } from './tasks/task.ts';

export const SUITES = ['quick', 'cpu', 'gpu', 'paper'] as const;
export type SuiteName = (typeof SUITES)[number];

const BATCH = 16;
/** Batch that fills a GPU. */
const WIDE = 64;
/** Batches that are drawn: a page's single image, and larger ones. */
const DRAWN = [1, 16, 64, 256];

const MNIST = ['mnist-diagonal-bilstm', 'mnist-row-lstm', 'mnist-pixel-cnn', 'mnist-gated-pixel-cnn'];
const SMALL = ['cifar-small-diagonal-bilstm', 'cifar-small-row-lstm', 'cifar10-pixel-cnn-pp-small'];
const LATER = ['mnist-multi-scale', 'mnist-pixel-vae'];
const CIFAR10 = ['cifar10-diagonal-bilstm', 'cifar10-row-lstm', 'cifar10-pixel-cnn', 'cifar10-gated-pixel-cnn'];

const train = (models: readonly string[], batch = BATCH): Task[] =>
  models.map((model) => ({ kind: 'train', model, batch }));
const stock = (models: readonly string[]): Task[] =>
  models.map((model) => ({ kind: 'train', model, batch: BATCH, stock: true }));
const evaluate = (models: readonly string[]): Task[] =>
  models.map((model) => ({ kind: 'evaluate', model, batch: BATCH }));
const sample = (models: readonly string[], batches: readonly number[] = DRAWN): Task[] =>
  models.flatMap((model) => batches.map((batch) => ({ kind: 'sample', model, batch }) as const));
const naive = (models: readonly string[]): Task[] =>
  models.map((model) => ({ kind: 'sample', model, batch: BATCH, naive: true }));
const kernels = (names: readonly string[] = Object.keys(KERNEL_CASES)): Task[] =>
  names.map((kernel) => ({ kind: 'kernel', kernel, batch: BATCH }));
const quality = (minutes: number, models: readonly string[] = MNIST): Task[] =>
  models.map((model) => ({ kind: 'quality', model, batch: BATCH, minutes }));

/** What a GPU is to be trained on, after it was measured. */
const TRAINED = ['mnist-diagonal-bilstm', 'cifar10-pixel-cnn-pp-small'];

/** What each suite measures. */
const SUITE_TASKS: Readonly<Record<SuiteName, readonly Task[]>> = {
  quick: [
    ...train(MNIST.slice(0, 3)),
    ...evaluate(['mnist-row-lstm']),
    ...sample(['mnist-row-lstm'], [BATCH]),
    ...kernels(['lstm-layer-diagonal-h16']),
  ],
  cpu: [
    ...train([...MNIST, ...LATER, ...SMALL]),
    ...kernels(),
    ...stock(MNIST),
    ...evaluate(MNIST),
    ...sample([...MNIST, 'mnist-pixel-cnn-pp']),
    ...naive(MNIST),
  ],
  gpu: [
    ...train(MNIST),
    ...train(CIFAR10),
    ...train([...MNIST, ...CIFAR10], WIDE),
    ...kernels(),
    ...evaluate(MNIST),
    ...naive(['mnist-row-lstm']),
    ...quality(1, TRAINED),
  ],
  paper: [...quality(2), ...train(Object.keys(PRESETS)), ...quality(20)],
};

/** All tasks there are, beside those of suites: any model can be trained, evaluated, sampled. */
const everyTask = (): Task[] => [
  ...train(MODEL_NAMES),
  ...stock(MODEL_NAMES),
  ...evaluate(MODEL_NAMES),
  ...sample(MODEL_NAMES),
  ...naive(MODEL_NAMES),
  ...kernels(),
  ...quality(1, TRAINED),
  ...quality(2),
  ...quality(20),
];

/** The same kinds of tasks on networks of milliseconds: whether a machine gets to the end of a suite is known in a minute. */
export const rehearsal = (tasks: readonly Task[]): readonly Task[] => [
  ...new Map(tasks.map(small).map((task) => [JSON.stringify(task), task])).values(),
];

function small(task: Task): Task {
  const batch = Math.min(task.batch, BATCH);
  if (task.kind === 'kernel') return { ...task, kernel: 'lstm-scan-row-h16', peakSide: 64, batch };
  if (task.kind === 'quality') return { ...task, model: REHEARSED, minutes: 0, batch };
  return { ...task, model: 'tiny-row-lstm', batch };
}

/**
 * The tasks of a suite, or those that `only` names out of all: `train/mnist-row-lstm`, `kernel/*`.
 * @throws if a name is that of no task
 */
export function selectTasks(suite: SuiteName, only?: string): readonly Task[] {
  if (only === undefined) return SUITE_TASKS[suite];
  return only.split(',').flatMap((pattern) => {
    const matches = matcher(pattern);
    const found = everyTask().filter((task) => matches(taskName(task)));
    if (found.length === 0)
      throw new Error(`--only: wanted names such as train/mnist-row-lstm or kernel/*, got ${pattern}`);
    return found;
  });
}

/** `*` stands for anything. */
function matcher(pattern: string): (name: string) => boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${escaped.join('.*')}$`);
  return (name) => expression.test(name);
}
