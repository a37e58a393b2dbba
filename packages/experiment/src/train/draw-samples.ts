import type { Host, Params } from '@pixelrnn/core';
import { type Samples, sample } from '@pixelrnn/generate';
import type { Session } from './session.ts';

/** The samples that a run shows of itself: always from the same random numbers, all classes in turn. */
export function drawSamples(
  { model, recipe: { sampleCount: count, seed } }: Pick<Session, 'model' | 'recipe'>,
  weights: Host<Params>,
  onProgress?: (done: number, total: number) => void,
): Promise<Samples> {
  const { classes } = model.conditions;
  const labels = classes === undefined ? undefined : Int32Array.from({ length: count }, (_, i) => i % classes);
  return sample(model, weights, { count, seed, context: { labels }, onProgress });
}
