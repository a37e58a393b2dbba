// Draws a digit with published weights: the same bits in Node and in any page.
import { sample } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';
import { pretrained } from '@pixelrnn/pretrained';
import { loadPretrained } from '@pixelrnn/weights';

export async function draw() {
  const { config, weights } = await loadPretrained(pretrained('mnist-row-lstm'));
  const { images, nats } = await sample(createModel(config), weights, { count: 1, seed: 7 });
  return { pixels: [...images].join(''), nats: nats[0] };
}
