import {
  type GenerativeModel,
  type HostContext,
  type ImageSpec,
  type KnownPixels,
  type Rng,
  refuseOtherConditions,
  rng,
  wantHostConditions,
} from '@pixelrnn/core';
import { type Known, knownPixels } from './known.ts';
import type { MessageEnd } from './workers/messages.ts';

export interface SampleOptions {
  /** Number of images. */
  readonly count: number;
  /** Number of the first image, where others are drawn elsewhere, as by other processes. Default: 0. */
  readonly first?: number;
  /** Images are numbered from `first`; image i uses stream i of the seed, so it does not depend on the batch it is drawn in. */
  readonly seed: number | string;
  /**
   * What each image is conditioned on: labels [count], vectors [count, D], maps [count, H, W, C]; of a model with codes (`encode`) these, too, in
   * place of what it would draw.
   */
  readonly context?: HostContext;
  /**
   * Which random numbers are of each image its own, by name: 'pixels', and those of `model.drawn.noise`. All others are those of image 0, so that
   * the images differ in one thing alone. Default: all.
   */
  readonly vary?: readonly string[];
  /** Sharpens (T < 1) or flattens (T > 1) the distribution of every sub-pixel: p^(1/T), normalized. */
  readonly temperature?: number;
  /** Keeps these pixels; the rest is drawn. Whether it is drawn given all of them is told with the result. */
  readonly known?: Known;
  /** Images drawn side by side; has no influence on the result. */
  readonly batch?: number;
  /**
   * Workers that draw the images, each a slice: `Worker`s, in browsers or of Node, whose file calls `serveSampling`. They have no influence on the
   * result, and go on to live: end them with `terminate`. Default: the calling thread draws.
   */
  readonly workers?: readonly MessageEnd[];
  /** Told after each row of each batch: pixels done out of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export const SAMPLE_DEFAULTS = { first: 0, temperature: 1, batch: 16, context: {} } as const;

/** Drawn images. */
export interface Samples {
  /** Levels [count, H, W, C]. */
  readonly images: Float32Array;
  readonly image: ImageSpec;
  /**
   * −log p of the drawn sub-pixels of each image, at temperature 1, in nats: [count]; those of other images that it was drawn after (a
   * coarser one) included. With nothing known and nothing in `natsGiven`, that of the image.
   */
  readonly nats: Float64Array;
  /**
   * What the model draws beside pixels and `nats` are given, by name, since they do not hold its cost: the latents of a PixelVAE (−log p(x | z), no
   * bound of −log p(x)), the order of a mixture (−log p_k(x)), the code of an auto-encoder. Empty where `nats` are a likelihood.
   */
  readonly natsGiven: readonly string[];
  /**
   * Whether each image is drawn from p(image | known pixels); by a mixture of orders, from that of one order, chosen at random among those that
   * begin with what is known. Not if a known pixel comes after an unknown one in the order in which the model draws (those between pay no heed to
   * it), or if the model settles something beforehand without regard to what is known.
   */
  readonly isExact: boolean;
}

/** Options with everything decided. */
export type SamplePlan = Omit<SampleOptions, 'known'> & {
  readonly first: number;
  readonly temperature: number;
  readonly batch: number;
  readonly context: HostContext;
  /** Of all images. */
  readonly known?: KnownPixels;
  /** Whether to ask for what the known pixels cost, too. */
  readonly isWeighed?: boolean;
};

/** The options with defaults, checked against the model. */
export function samplePlan(model: GenerativeModel, options: SampleOptions): SamplePlan {
  const names = ['count', 'first', 'seed', 'context', 'vary', 'temperature', 'known', 'batch', 'workers', 'onProgress'];
  const unknown = Object.keys(options).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`sample: wanted only ${names.join(', ')}, got ${unknown.join(', ')}`);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const plan = { ...SAMPLE_DEFAULTS, ...given } as SampleOptions & typeof SAMPLE_DEFAULTS;
  const { count, first, batch, context, temperature, known } = plan;
  if (!Number.isInteger(count) || count < 1) throw new Error(`sample: wanted a count of at least 1, got ${count}`);
  if (!Number.isInteger(first) || first < 0) throw new Error(`sample: wanted a first image of 0 or more, got ${first}`);
  if (!Number.isInteger(batch) || batch < 1) throw new Error(`sample: wanted a batch of at least 1, got ${batch}`);
  if (!(temperature > 0)) throw new Error(`sample: wanted a temperature above 0, got ${temperature}`);
  if (plan.workers?.length === 0) throw new Error('sample: wanted at least one of workers, got none');
  checkContext(model, count, context);
  checkNoise(model, plan.vary);
  return { ...plan, known: known && knownPixels(known, model.image, count) };
}

function checkContext(model: GenerativeModel, count: number, context: HostContext): void {
  const { height, width } = model.image;
  const { conditions, encode, drawn } = model;
  const codes = encode && context.vector ? { vector: drawn?.conditions.vector } : {};
  const wanted = { ...conditions, ...codes };
  wantHostConditions('sample', wanted, { batch: count, height, width }, context);
  refuseOtherConditions('sample', wanted, context);
}

/** The name of the random numbers that pixels are drawn with. */
export const PIXELS = 'pixels';

/** Names of all random numbers that an image of a model is drawn with. */
export const noiseOf = ({ drawn }: Pick<GenerativeModel, 'drawn'>): string[] => [...(drawn?.noise ?? []), PIXELS];

/** What the nats of a model's samples are given. */
export const natsGivenOf = ({ drawn }: Pick<GenerativeModel, 'drawn'>): readonly string[] => drawn?.given ?? [];

function checkNoise(model: GenerativeModel, vary: readonly string[] | undefined): void {
  const names = noiseOf(model);
  const unknown = vary?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`sample: wanted to vary one of ${names.join(', ')} of ${model.name}, got ${unknown}`);
}

/** The random stream of one image. */
export const imageRandom = (seed: number | string, image: number): Rng => rng(seed).fork(image);

/** The uniform numbers of one image: one for each sub-pixel in raster order, drawn whether it is known or not. */
export const imageUniforms = (random: Rng, size: number): Float64Array =>
  Float64Array.from({ length: size }, random.uniform);
