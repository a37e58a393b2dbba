// A rank that something goes wrong on: `<run folder> <what>`. Rank 0 prints one JSON object.
import { useBackend } from '@pixelrnn/backends';
import { joinCluster } from '@pixelrnn/cluster';
import { digits } from '@pixelrnn/data';
import { registerDataset } from '@pixelrnn/data/node';
import { parseRecipe, trainRun } from '@pixelrnn/experiment';
import { tinyRecipe } from './tiny-run.fixture.ts';

const [, , out, what] = process.argv;
const backend = await useBackend('cpu');
const cluster = await joinCluster();
const { rank, size } = cluster;
const controller = new AbortController();
/** Of this session. */
let step = 0;

registerDataset('worn', () => {
  const whole = digits({ binarize: 'threshold' });
  const read: typeof whole.read = (split, ...which) => {
    if (split === 'train' && rank === size - 1 && what === `error ${step}`) throw new Error('this page is torn');
    return whole.read(split, ...which);
  };
  return { ...whole, read };
});

/** Called once in every step, on every rank; the last one is struck. */
function sum(values: Float32Array): void {
  step++;
  if (rank === size - 1) {
    if (what === `interrupt ${step}`) controller.abort();
    if (what === `kill ${step}`) process.kill(process.pid, 'SIGKILL');
  }
  cluster.sum(values);
}

/** Of rank 0, which alone has callbacks. */
function onStep() {
  if (what === `callback ${step}`) throw new Error('no more ideas');
}

const seed = what === 'another recipe' ? rank : 1;
const steps = what === 'calibrated' ? { minutes: 0.1 } : { steps: 12 };
const { steps: _, ...tiny } = tinyRecipe;
const recipe = parseRecipe({ ...tiny, ...steps, dataset: { name: 'worn' }, shards: 4, seed, evaluateImages: 70 });
try {
  const own = size > 1 ? { ...cluster, sum } : undefined;
  const signal = controller.signal;
  const result = await trainRun({ out, recipe, resume: true, backend, cluster: own, signal, callbacks: [{ onStep }] });
  cluster.leave();
  if (rank === 0) console.log(JSON.stringify(result));
} catch (error) {
  cluster.leave();
  if (rank === 0) console.log(JSON.stringify({ error: (error as Error).message }));
}
