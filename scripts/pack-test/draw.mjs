// Draws two digits with published weights: the same bits in Node and in any page, in workers or not.
import { sample } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';
import { pretrained } from '@pixelrnn/pretrained';
import { loadPretrained } from '@pixelrnn/weights';

export async function draw(workers) {
  const { config, weights } = await loadPretrained(pretrained('mnist-row-lstm'));
  const { images, nats } = await sample(createModel(config), weights, { count: 2, seed: 7, workers });
  return { pixels: [...images].join(''), nats: [...nats] };
}
