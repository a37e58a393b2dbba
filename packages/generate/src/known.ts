import { dimensions, type ImageSpec, type KnownPixels, type PixelOrder } from '@pixelrnn/core';

/**
 * What is known of images that are to be completed, of one image for all or of one for each: the first `pixels` pixels in raster order,
 * or those where a mask is 1, [H, W] or [count, H, W].
 */
export type Known = { readonly images: ArrayLike<number> } & (
  | { readonly pixels: number; readonly mask?: undefined }
  | { readonly mask: ArrayLike<number>; readonly pixels?: undefined }
);

/**
 * The known pixels of `count` images.
 * @throws if there are not as many images or marks as wanted, or a level or mark is none
 */
export function knownPixels(known: Known, image: ImageSpec, count: number): KnownPixels {
  const [size, all] = [dimensions(image), image.height * image.width];
  const { images } = known;
  const mask = known.mask ?? prefix(known.pixels, all);
  if (images.length !== size && images.length !== count * size)
    throw new Error(`sample: wanted 1 or ${count} known images of ${size} levels, got ${images.length} levels`);
  if (mask.length !== all && mask.length !== count * all)
    throw new Error(`sample: wanted 1 or ${count} masks of ${all} pixels, got ${mask.length} pixels`);
  wantBelow('known levels', images, image.levels);
  wantBelow('a mask', mask, 2);
  return {
    images: Float32Array.from({ length: count * size }, (_, i) => images[i % images.length]),
    mask: Uint8Array.from({ length: count * all }, (_, i) => mask[i % mask.length]),
  };
}

function prefix(pixels: number, all: number): Uint8Array {
  if (!Number.isInteger(pixels) || pixels < 0 || pixels > all)
    throw new Error(`sample: wanted 0 … ${all} known pixels, got ${pixels}`);
  return new Uint8Array(all).fill(1, 0, pixels);
}

function wantBelow(what: string, values: ArrayLike<number>, below: number): void {
  const wrong = Array.from(values).find((value) => !(Number.isInteger(value) && value >= 0 && value < below));
  if (wrong !== undefined) throw new Error(`sample: wanted ${what} of 0 … ${below - 1}, got ${wrong}`);
}

/** What is known of a part of `all` images: of `count` from `first` on. */
export function sliceKnown({ images, mask }: KnownPixels, all: number, first: number, count: number): KnownPixels {
  const part = <T extends Float32Array | Uint8Array>(of: T): T => {
    const size = of.length / all;
    return of.subarray(first * size, (first + count) * size) as T;
  };
  return { images: part(images), mask: part(mask) };
}

/** Pixels that the caller or the model knows. Where both do, they agree. */
export function bothKnown(given: KnownPixels | undefined, settled: KnownPixels | undefined): KnownPixels | undefined {
  if (!given || !settled) return given ?? settled;
  const channels = given.images.length / given.mask.length;
  return {
    images: given.images.map((level, i) => (given.mask[Math.floor(i / channels)] ? level : settled.images[i])),
    mask: given.mask.map((known, i) => known | settled.mask[i]),
  };
}

/** Whether every known pixel of `count` images comes before every unknown one of its image: the rest is then drawn given all of them. */
export function isKnownFirst(mask: Uint8Array, count: number, order?: PixelOrder): boolean {
  const all = mask.length / count;
  for (let b = 0; b < count; b++) {
    const isKnown = (place: number) => mask[b * all + (order ? order[b * all + place] : place)] === 1;
    for (let place = 1; place < all; place++) if (isKnown(place) && !isKnown(place - 1)) return false;
  }
  return true;
}
