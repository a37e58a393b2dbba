import {
  dimensions,
  type GenerativeModel,
  type Host,
  type HostContext,
  type Params,
  sliceContext,
} from '@pixelrnn/core';
import { sliceKnown } from './known.ts';
import { resample } from './resample.ts';
import { sampleWith } from './sample.ts';
import { imageRandom, natsGivenOf, type SampleOptions, type Samples, samplePlan } from './sample-options.ts';

export interface CompleteOptions extends Omit<SampleOptions, 'known' | 'vary' | 'workers'> {
  /** Number of images to complete. */
  readonly count: number;
  /** Of one image for all, or of one for each. */
  readonly known: NonNullable<SampleOptions['known']>;
  /** Completions of each image. */
  readonly completions: number;
  /** Candidates that are drawn for each completion. */
  readonly particles: number;
}

/** Completions of images: those of the first image first. */
export interface Completions extends Samples {
  /** How many draws from p(unknown | known) the candidates of each image are worth, 1 … completions · particles: [count]. */
  readonly effective: Float64Array;
}

/**
 * Completes images whose known pixels lie anywhere, by self-normalized importance resampling (Rubin 1987). Candidates are drawn as `sample`
 * draws, each unknown pixel given what comes before it, and so without regard to known pixels that come later; then `completions` of them are
 * kept, each with a probability in proportion to how well it explains what is known,
 *
 *   w = Π_{i known} p(x_i | x_<i),      E[n of x] ∝ q(x) · w(x) = p(x_unknown, x_known),      effective number = (Σ w)² / Σ w²
 *
 * so that with many candidates they are draws from p(unknown | known), of any model: what it draws before the first pixel (latents, a coarser
 * image) is weighed with the rest. So is the order of a mixture, among those that begin with most of what is known: their mixture is what is drawn
 * from, and no order that begins otherwise has a part in it. Where the known pixels come first, all weights of a model of pixels alone are the
 * same. An effective number below the completions says that they repeat each other: more
 * candidates are needed, or a model that draws in another order.
 *
 * A known level that the model thinks impossible has a probability of 0 in float32, which is a small one that underflowed. It counts as 2⁻¹²⁶, the
 * least that float32 holds in full. So a level that no candidate explains weighs nothing between them, where weights of 0 would choose none, and one that
 * some explain still decides for these.
 *
 * @throws if there is not at least one of each
 */
export async function complete(
  model: GenerativeModel,
  weights: Host<Params>,
  { completions, particles, onProgress, ...options }: CompleteOptions,
): Promise<Completions> {
  for (const [what, number] of [
    ['completions', completions],
    ['particles', particles],
  ] as const)
    if (!Number.isInteger(number) || number < 1)
      throw new Error(`complete: wanted at least one of ${what}, a whole number, got ${number}`);
  const plan = samplePlan(model, options);
  const size = dimensions(model.image);
  const candidates = completions * particles;
  const images = new Float32Array(plan.count * completions * size);
  const nats = new Float64Array(plan.count * completions);
  const effective = new Float64Array(plan.count);
  let isExact = true;
  for (let n = 0; n < plan.count; n++) {
    const random = imageRandom(plan.seed, plan.first + n);
    const own = Array.from({ length: candidates }, (_, j) => random.fork('particle').fork(j));
    const known = repeated(sliceKnown(plan.known!, plan.count, n, 1), candidates);
    const context = repeatedContext(sliceContext(plan.context, plan.count, n, 1), candidates);
    const done = (part: number, of: number) => onProgress?.(n * of + part, plan.count * of);
    const drawn = await sampleWith(
      model,
      weights,
      { ...plan, count: candidates, context, known, isWeighed: true, onProgress: done },
      own,
    );
    const kept = resample(drawn.knownNats, completions, random.fork('resample').uniform());
    kept.chosen.forEach((candidate, i) => {
      images.set(drawn.images.subarray(candidate * size, (candidate + 1) * size), (n * completions + i) * size);
      nats[n * completions + i] = drawn.nats[candidate];
    });
    effective[n] = kept.effective;
    isExact &&= drawn.isExact;
  }
  return { images, image: model.image, nats, natsGiven: natsGivenOf(model), isExact, effective };
}

function repeated<T extends { images: Float32Array; mask: Uint8Array }>({ images, mask }: T, times: number) {
  return { images: tiled(images, times), mask: tiled(mask, times) };
}

function repeatedContext({ labels, vector, map }: HostContext, times: number): HostContext {
  return {
    labels: labels && tiled(labels, times),
    vector: vector && tiled(vector, times),
    map: map && tiled(map, times),
  };
}

function tiled<T extends Float32Array | Int32Array | Uint8Array>(values: T, times: number): T {
  const all = new (values.constructor as { new (length: number): T })(values.length * times);
  for (let n = 0; n < times; n++) all.set(values, n * values.length);
  return all;
}
