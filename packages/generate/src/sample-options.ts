import {
  dimensions,
  type GenerativeModel,
  type HostContext,
  type ImageSpec,
  type KnownPixels,
  type Rng,
  refuseOtherConditions,
  rng,
  wantHostConditions,
} from '@pixelrnn/core';

export interface SampleOptions {
  /** Number of images. */
  readonly count: number;
  /** Images are numbered from 0; image i uses stream i of the seed, so it does not depend on the batch it is drawn in. */
  readonly seed: number | string;
  /** What each image is conditioned on: labels [count], vectors [count, D], maps [count, H, W, C]. */
  readonly context?: HostContext;
  /** Sharpens (T < 1) or flattens (T > 1) every distribution: p^(1/T), normalized. */
  readonly temperature?: number;
  /** Keeps the first `pixels` pixels in raster order of one image for all, or of one for each; the rest is drawn. */
  readonly known?: { readonly images: ArrayLike<number>; readonly pixels: number };
  /** Images drawn side by side; has no influence on the result. */
  readonly batch?: number;
  /** Told after each row of each batch: pixels done out of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export const SAMPLE_DEFAULTS = { temperature: 1, batch: 16, context: {} } as const;

/** Drawn images. */
export interface Samples {
  /** Levels [count, H, W, C]. */
  readonly images: Float32Array;
  readonly image: ImageSpec;
  /** −log p of the drawn sub-pixels of each image, at temperature 1, in nats: [count]. With nothing known, that of the image. */
  readonly nats: Float64Array;
}

/** Options with everything decided. */
export type SamplePlan = Omit<SampleOptions, 'known'> & {
  readonly temperature: number;
  readonly batch: number;
  readonly context: HostContext;
  /** Of all images. */
  readonly known?: KnownPixels;
};

/** The options with defaults, checked against the model. */
export function samplePlan(model: GenerativeModel, options: SampleOptions): SamplePlan {
  const names = ['count', 'seed', 'context', 'temperature', 'known', 'batch', 'onProgress'];
  const unknown = Object.keys(options).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`sample: wanted only ${names.join(', ')}, got ${unknown.join(', ')}`);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const plan = { ...SAMPLE_DEFAULTS, ...given } as SampleOptions & typeof SAMPLE_DEFAULTS;
  const { count, batch, context, temperature, known } = plan;
  if (!Number.isInteger(count) || count < 1) throw new Error(`sample: wanted a count of at least 1, got ${count}`);
  if (!Number.isInteger(batch) || batch < 1) throw new Error(`sample: wanted a batch of at least 1, got ${batch}`);
  if (!(temperature > 0)) throw new Error(`sample: wanted a temperature above 0, got ${temperature}`);
  const { height, width } = model.image;
  wantHostConditions('sample', model.conditions, { batch: count, height, width }, context);
  refuseOtherConditions('sample', model.conditions, context);
  if (known) checkKnown(model, known, count);
  return { ...plan, known: known && knownPixels(known, model.image, count) };
}

function checkKnown(
  { image }: GenerativeModel,
  { images, pixels }: NonNullable<SampleOptions['known']>,
  count: number,
): void {
  const size = dimensions(image);
  const all = image.height * image.width;
  if (!Number.isInteger(pixels) || pixels < 0 || pixels > all)
    throw new Error(`sample: wanted 0 … ${all} known pixels, got ${pixels}`);
  if (images.length !== size && images.length !== count * size)
    throw new Error(`sample: wanted 1 or ${count} known images of ${size} levels, got ${images.length} levels`);
  const wrong = Array.from(images).find((level) => !(Number.isInteger(level) && level >= 0 && level < image.levels));
  if (wrong !== undefined) throw new Error(`sample: wanted known levels of 0 … ${image.levels - 1}, got ${wrong}`);
}

/** A prefix of one image for all, or of one for each. */
function knownPixels(
  { images, pixels }: NonNullable<SampleOptions['known']>,
  image: ImageSpec,
  count: number,
): KnownPixels {
  const size = dimensions(image);
  const all = image.height * image.width;
  return {
    images: Float32Array.from({ length: count * size }, (_, i) => images[i % images.length]),
    mask: Uint8Array.from({ length: count * all }, (_, i) => (i % all < pixels ? 1 : 0)),
  };
}

/** What the caller knows of a batch: of `count` images from `first` on. */
export function knownOf(plan: SamplePlan, first: number, count: number): KnownPixels | undefined {
  if (!plan.known) return undefined;
  const part = <T extends Float32Array | Uint8Array>(of: T): T => {
    const size = of.length / plan.count;
    return of.subarray(first * size, (first + count) * size) as T;
  };
  return { images: part(plan.known.images), mask: part(plan.known.mask) };
}

/** The random stream of one image. */
export const imageRandom = (seed: number | string, image: number): Rng => rng(seed).fork(image);

/** The uniform numbers of one image: one for each sub-pixel in raster order, drawn whether it is known or not. */
export const imageUniforms = (random: Rng, size: number): Float64Array =>
  Float64Array.from({ length: size }, random.uniform);
