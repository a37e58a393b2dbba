import {
  type BeforeRequest,
  dimensions,
  type GenerativeModel,
  type Host,
  type KnownPixels,
  type Params,
  type Rng,
  rngFrom,
  sliceContext,
} from '@pixelrnn/core';
import { breather } from './breather.ts';
import { drawLevel } from './draw.ts';
import { bothKnown, isKnownFirst, sliceKnown } from './known.ts';
import {
  imageRandom,
  imageUniforms,
  natsGivenOf,
  PIXELS,
  type SampleOptions,
  type SamplePlan,
  type Samples,
  samplePlan,
} from './sample-options.ts';
import { type WalkOptions, walk } from './walk.ts';
import { sampleInWorkers } from './workers/sample-in-workers.ts';

/**
 * Draws images pixel by pixel with every layer's cache: O(1) work per pixel in the image size, on typed arrays, without
 * TensorFlow.js; the same bits on every host. What the model draws before the first pixel (latents, a coarser image) comes from the
 * image's own random stream, too.
 *
 * @param weights parameters as typed arrays (`toHost`)
 */
export async function sample(model: GenerativeModel, weights: Host<Params>, options: SampleOptions): Promise<Samples> {
  const plan = samplePlan(model, options);
  return plan.workers ? sampleInWorkers(model, weights, plan) : samplePart(model, weights, plan);
}

/** Draws in the calling thread. */
export async function samplePart(
  model: GenerativeModel,
  weights: Host<Params>,
  plan: Omit<SamplePlan, 'workers'>,
): Promise<Samples> {
  const random = Array.from({ length: plan.count }, (_, i) => {
    const own = imageRandom(plan.seed, plan.first + i);
    return plan.vary ? varying(own, imageRandom(plan.seed, 0), plan.vary) : own;
  });
  const { knownNats: _, ...samples } = await sampleWith(model, weights, plan, random);
  return samples;
}

/** An image's own random numbers by the names that vary, and those of another for the rest. The stream itself is that of the pixels. */
function varying(own: Rng, other: Rng, names: readonly string[]): Rng {
  const from = (name: string | number) => (names.includes(String(name)) ? own : other);
  return { ...rngFrom(from(PIXELS).state()), fork: (name) => from(name).fork(name) };
}

/** What is less is 0 in float32, or has lost digits: known levels cost no more than it. */
const LEAST = 2 ** -126;

/** Samples, and what their known pixels cost. */
export interface WeighedSamples extends Samples {
  /**
   * −log p of the known sub-pixels of each image, each given what comes before it, at the temperature, in nats, at most 87.3 for each; 0 where not
   * asked: [count].
   */
  readonly knownNats: Float64Array;
}

/** One image for each random stream. */
export async function sampleWith(
  model: GenerativeModel,
  weights: Host<Params>,
  plan: SamplePlan,
  random: readonly Rng[],
): Promise<WeighedSamples> {
  const { channels } = model.image;
  const size = dimensions(model.image);
  const images = new Float32Array(plan.count * size);
  const nats = new Float64Array(plan.count);
  const knownNats = new Float64Array(plan.count);
  let isExact = true;
  const breathe = breather();
  const prepared = model.prepare(weights);
  try {
    for (let first = 0; first < plan.count; first += plan.batch) {
      const own = random.slice(first, first + plan.batch);
      const count = own.length;
      const {
        nats: before,
        knownNats: ofKnown,
        given,
        isExact: isOwn,
        ...settled
      } = await settle(model, weights, plan, first, own);
      nats.set(before, first);
      knownNats.set(ofKnown, first);
      isExact &&= isOwn;
      const uniforms = own.map((stream) => imageUniforms(stream, size));
      const onRow = (row: number) => {
        const { height, width } = model.image;
        plan.onProgress?.(first * height * width + count * (row + 1) * width, plan.count * height * width);
        return breathe();
      };
      const drawn = await walk(model, prepared, { count, ...settled, onRow }, (image, position, channel, pmf) => {
        const own = pmf(plan.temperature);
        const pixel = (image * size) / channels + position;
        if (given?.mask[pixel] === 1) {
          const level = given.images[pixel * channels + channel];
          knownNats[first + image] -= Math.log(Math.max(own[level], LEAST));
          return level;
        }
        const level = drawLevel(own, uniforms[image][position * channels + channel]);
        nats[first + image] -= Math.log((plan.temperature === 1 ? own : pmf())[level]);
        return level;
      });
      images.set(drawn, first * size);
    }
  } finally {
    prepared.dispose();
  }
  return { images, image: model.image, nats, natsGiven: natsGivenOf(model), knownNats, isExact };
}

/** What is settled of a batch before its first pixel, by the caller and by the model. */
type Settled = Pick<WalkOptions, 'context' | 'known' | 'order'> & {
  /** −log p of what was drawn for it of other images, [count]. */
  readonly nats: Float64Array;
  /** The same of what was known of them. */
  readonly knownNats: Float64Array;
  /** What the caller knows and is to be asked for all the same, since it is weighed. */
  readonly given?: KnownPixels;
  /** Whether the pixels that the caller knows come first, and what is settled minds them. */
  readonly isExact: boolean;
};

/** @param random the streams of the images from `first` on */
export async function settle(
  model: GenerativeModel,
  weights: Host<Params>,
  plan: SamplePlan,
  first: number,
  random: readonly Rng[],
): Promise<Settled> {
  const count = random.length;
  const context = sliceContext(plan.context, plan.count, first, count);
  const known = plan.known && sliceKnown(plan.known, plan.count, first, count);
  const [nats, knownNats] = [new Float64Array(count), new Float64Array(count)];
  const draw = drawer(random, plan, nats, knownNats);
  const beginning = await model.before?.(weights, { random, context, known, draw });
  const order = beginning?.order;
  const isFree = !known?.mask.includes(1);
  return {
    context: beginning?.context ?? context,
    known: plan.isWeighed ? beginning?.known : bothKnown(known, beginning?.known),
    given: plan.isWeighed ? known : undefined,
    order,
    nats,
    knownNats,
    isExact: isFree || ((beginning?.mindsKnown ?? !beginning) && isKnownFirst(known!.mask, count, order)),
  };
}

/**
 * Draws images of another model, each from a stream of its own that is forked from the image's; adds what they cost to `nats`, and what is known
 * of them to `knownNats`.
 */
const drawer =
  (
    random: readonly Rng[],
    { temperature, isWeighed }: SamplePlan,
    nats: Float64Array,
    knownNats: Float64Array,
  ): BeforeRequest['draw'] =>
  async (name, model, weights, { context, known } = {}) => {
    const count = random.length;
    const plan = { ...samplePlan(model, { count, seed: name, batch: count, context, temperature }), known, isWeighed };
    const forks = random.map((stream) => stream.fork(name));
    const drawn = await sampleWith(model, weights, plan, forks);
    drawn.nats.forEach((value, image) => {
      nats[image] += value;
      knownNats[image] += drawn.knownNats[image];
    });
    return drawn.images;
  };
