import { dimensions, type GenerativeModel, type ImageSpec, type Rng, rng } from '@pixelrnn/core';

export interface SampleOptions {
  /** Number of images. */
  readonly count: number;
  /** Images are numbered from 0; image i uses stream i of the seed, so it does not depend on the batch it is drawn in. */
  readonly seed: number | string;
  /** Class of each image, for models with classes. */
  readonly labels?: ArrayLike<number>;
  /** Sharpens (T < 1) or flattens (T > 1) every distribution: p^(1/T), normalized. */
  readonly temperature?: number;
  /** Keeps the first `pixels` pixels in raster order of one image for all, or of one for each; the rest is drawn. */
  readonly known?: { readonly images: ArrayLike<number>; readonly pixels: number };
  /** Images drawn side by side; has no influence on the result. */
  readonly batch?: number;
  /** Told after each row of each batch: pixels done out of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export const SAMPLE_DEFAULTS = { temperature: 1, batch: 16 } as const;

/** Drawn images. */
export interface Samples {
  /** Levels [count, H, W, C]. */
  readonly images: Float32Array;
  readonly image: ImageSpec;
  /** −log p of the drawn sub-pixels of each image, at temperature 1, in nats: [count]. With nothing known, that of the image. */
  readonly nats: Float64Array;
}

/** The options with defaults, checked against the model. */
export function checkSampleOptions(
  model: GenerativeModel,
  options: SampleOptions,
): SampleOptions & typeof SAMPLE_DEFAULTS {
  const resolved = { ...SAMPLE_DEFAULTS, ...options };
  const { count, batch, labels, temperature, known } = resolved;
  if (!Number.isInteger(count) || count < 1) throw new Error(`sample: wanted a count of at least 1, got ${count}`);
  if (!Number.isInteger(batch) || batch < 1) throw new Error(`sample: wanted a batch of at least 1, got ${batch}`);
  if (!(temperature > 0)) throw new Error(`sample: wanted a temperature above 0, got ${temperature}`);
  checkLabels(model, labels, count);
  if (known) checkKnown(model, known, count);
  return resolved as SampleOptions & typeof SAMPLE_DEFAULTS;
}

function checkLabels({ classes }: GenerativeModel, labels: ArrayLike<number> | undefined, count: number): void {
  if (classes === undefined) {
    if (labels) throw new Error('sample: wanted no labels for a model without classes');
    return;
  }
  if (labels?.length !== count)
    throw new Error(
      `sample: wanted ${count} labels for a model of ${classes} classes, got ${labels?.length ?? 'none'}`,
    );
  const wrong = Array.from(labels).find((label) => !(label >= 0 && label < classes));
  if (wrong !== undefined) throw new Error(`sample: wanted labels of 0 … ${classes - 1}, got ${wrong}`);
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

/** The uniform numbers of one image: one for each sub-pixel in raster order, drawn whether it is known or not. */
export function imageUniforms(seed: number | string, image: number, size: number): Float64Array {
  const stream: Rng = rng(seed).fork(image);
  return Float64Array.from({ length: size }, stream.uniform);
}
