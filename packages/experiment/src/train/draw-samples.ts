import type { Host, HostContext, Params } from '@pixelrnn/core';
import { type EvaluationBatch, evaluationBatches } from '@pixelrnn/data';
import { type Samples, sample } from '@pixelrnn/generate';
import type { Session } from './session.ts';

/**
 * The samples that a run shows of itself: always from the same random numbers, all classes in turn. Where a model is conditioned on maps, they
 * are restorations of images, evenly over the validation images (of training, where there are none), over and over.
 */
export async function drawSamples(
  session: Pick<Session, 'model' | 'recipe' | 'dataset'>,
  weights: Host<Params>,
  onProgress?: (done: number, total: number) => void,
): Promise<Samples> {
  const { model, recipe } = session;
  const { sampleCount: count, seed } = recipe;
  const { classes, map } = model.conditions;
  const labels = classes === undefined ? undefined : Int32Array.from({ length: count }, (_, i) => i % classes);
  const context = map === undefined ? { labels } : await contextOfImages(session, count);
  return sample(model, weights, { count, seed, context, onProgress });
}

/** What images of the data are conditioned on. */
async function contextOfImages(
  { model, dataset }: Pick<Session, 'model' | 'dataset'>,
  count: number,
): Promise<HostContext> {
  const split = dataset.size('valid') > 0 ? 'valid' : 'train';
  const given: EvaluationBatch = (await evaluationBatches(dataset, split, { batchSize: count, limit: count }).next())
    .value;
  const size = given.map!.length / given.count;
  const map = Float32Array.from({ length: count * size }, (_, i) => given.map![i % given.map!.length]);
  const labels =
    model.conditions.classes === undefined
      ? undefined
      : Int32Array.from({ length: count }, (_, i) => given.labels![i % given.count]);
  return { labels, map };
}
