import type { Host, HostContext, Params } from '@pixelrnn/core';
import { type EvaluationBatch, evaluationBatches, parseDegradation } from '@pixelrnn/data';
import { type Samples, sample } from '@pixelrnn/generate';
import type { Session } from './session.ts';

/**
 * The samples that a run shows of itself: always from the same random numbers, all classes in turn. Of a model that is conditioned on maps they
 * are restorations of images, and of one that has no distribution of codes to draw from they are images drawn anew: evenly over those of
 * validation (of training, where there are none), over and over.
 */
export async function drawSamples(
  session: Pick<Session, 'model' | 'recipe' | 'dataset'>,
  weights: Host<Params>,
  onProgress?: (done: number, total: number) => void,
): Promise<Samples> {
  const { model, recipe } = session;
  const { sampleCount: count, seed, restore } = recipe;
  const { classes, map } = model.conditions;
  const labels = classes === undefined ? undefined : Int32Array.from({ length: count }, (_, i) => i % classes);
  const context: HostContext = map === undefined ? { labels } : await contextOfImages(session, count);
  const codes = model.bound === 'given-code' ? await codesOf(session, weights, count) : {};
  const known = restore === undefined ? undefined : parseDegradation(restore).known?.(context.map!, model.image);
  return sample(model, weights, { count, seed, context: { ...context, ...codes }, known, onProgress });
}

/** Images to show: of validation, or of training where there is none. */
async function imagesToShow({ dataset }: Pick<Session, 'dataset'>, count: number): Promise<EvaluationBatch> {
  const split = dataset.size('valid') > 0 ? 'valid' : 'train';
  return (await evaluationBatches(dataset, split, { batchSize: count, limit: count }).next()).value;
}

/** What images of the data are conditioned on. */
async function contextOfImages(session: Pick<Session, 'model' | 'dataset'>, count: number): Promise<HostContext> {
  const given = await imagesToShow(session, count);
  const size = given.map!.length / given.count;
  const map = Float32Array.from({ length: count * size }, (_, i) => given.map![i % given.map!.length]);
  const labels =
    session.model.conditions.classes === undefined
      ? undefined
      : Int32Array.from({ length: count }, (_, i) => given.labels![i % given.count]);
  return { labels, map };
}

/** The codes of images of the data. */
async function codesOf(
  session: Pick<Session, 'model' | 'dataset'>,
  weights: Host<Params>,
  count: number,
): Promise<HostContext> {
  const given = await imagesToShow(session, count);
  const images = Float32Array.from(
    { length: (count * given.images.length) / given.count },
    (_, i) => given.images[i % given.images.length],
  );
  return session.model.encode!(weights, images, count);
}
