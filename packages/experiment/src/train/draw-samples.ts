import type { GenerativeModel, Host, HostContext, Params } from '@pixelrnn/core';
import type { Dataset } from '@pixelrnn/data';
import { type Samples, sample } from '@pixelrnn/generate';
import type { Session } from './session.ts';

/** The samples that a run shows of itself: always from the same random numbers, all classes in turn. */
export async function drawSamples(
  { model, dataset, recipe: { sampleCount: count, seed } }: Pick<Session, 'model' | 'dataset' | 'recipe'>,
  weights: Host<Params>,
  onProgress?: (done: number, total: number) => void,
): Promise<Samples> {
  const { classes } = model.conditions;
  const labels = classes === undefined ? undefined : Int32Array.from({ length: count }, (_, i) => i % classes);
  const codes = model.bound === 'given-code' ? await codesOf(model, weights, dataset, count) : {};
  return sample(model, weights, { count, seed, context: { labels, ...codes }, onProgress });
}

/** Those of the first validation images, where a model has no distribution of codes to draw from: it shows these images anew. */
async function codesOf(
  model: GenerativeModel,
  weights: Host<Params>,
  dataset: Dataset,
  count: number,
): Promise<HostContext> {
  const split = dataset.size('valid') > 0 ? 'valid' : 'train';
  const indices = Array.from({ length: count }, (_, i) => i % dataset.size(split));
  const { images } = await dataset.read(split, indices);
  return model.encode!(weights, images, count);
}
