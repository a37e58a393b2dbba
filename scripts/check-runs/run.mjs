// What the programs of this folder train: a run of a moment. They use the built packages, so that a process is soon ready to be killed.
import { useBackend } from '../../packages/backends/dist/index.js';
import { parseRecipe } from '../../packages/experiment/dist/index.js';

await useBackend('cpu');

/** @param {{ hidden?: number, steps: number }} options hidden units decide how long it takes to save */
export const recipe = ({ hidden = 2, steps }) =>
  parseRecipe({
    model: { system: 'pixelCnn', image: { height: 8, width: 8, channels: 1, levels: 2 }, layers: 1, hidden, head: 4 },
    dataset: { name: 'digits', options: { binarize: 'threshold' } },
    optimizer: { name: 'adam', learningRate: 0.001 },
    batchSize: 1,
    steps,
    evaluateEvery: steps,
    evaluateImages: 1,
    checkpointEvery: 1,
    sampleEvery: 0,
  });
