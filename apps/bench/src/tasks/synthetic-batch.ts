import { type Batch, dimensions, type GenerativeModel, rng } from '@pixelrnn/core';

/** Images of independent, uniform levels: the same on every machine. What they show has no influence on the time of a step. */
export function syntheticBatch(
  { image, conditions: { classes } }: Pick<GenerativeModel, 'image' | 'conditions'>,
  count: number,
): Batch {
  const source = rng('bench').fork('batch');
  const draw = (below: number) => Math.floor(source.uniform() * below);
  const images = Float32Array.from({ length: count * dimensions(image) }, () => draw(image.levels));
  return { images, count, ...(classes && { labels: Int32Array.from({ length: count }, () => draw(classes)) }) };
}
