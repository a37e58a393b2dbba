import { dimensions, type ImageSpec, normals, rng } from '@pixelrnn/core';
import { DataError } from '../data-error.ts';
import type { Degradation } from './degradation.ts';
import { gaussianBlur } from './gaussian-blur.ts';
import { masked } from './masked.ts';

/** What degradations are written as, in words. */
export const DEGRADATION_FORMS =
  'blur:σ (Gaussian, σ in pixels), box:n (boxes of n×n pixels become one), noise:σ (Gaussian, σ of the range of values), or mask:part (unknown pixels)';

const bytes = (values: Float32Array): Float32Array =>
  values.map((value) => Math.round(255 * Math.min(1, Math.max(0, value))) / 255);

const signed = (values: Float32Array): Float32Array => values.map((value) => 2 * value - 1);

const plain = { mapChannels: (channels: number) => channels, factor: 1, map: signed };

const KINDS: Readonly<Record<string, (text: string, argument: string) => Degradation | undefined>> = {
  blur: (text, argument) => {
    const sigma = Number(argument);
    if (!(sigma > 0 && sigma <= 1000)) return undefined;
    return { text, ...plain, degrade: (values, image) => bytes(gaussianBlur(values, image, sigma)) };
  },
  box: (text, argument) => {
    const size = Number(argument);
    if (!(Number.isInteger(size) && size >= 2)) return undefined;
    return { text, ...plain, factor: size, degrade: (values, image) => bytes(boxes(text, values, image, size)) };
  },
  noise: (text, argument) => {
    const sigma = Number(argument);
    if (!(sigma > 0 && Number.isFinite(sigma))) return undefined;
    return {
      text,
      ...plain,
      degrade(values, _, random) {
        const noise = normals(random, values.length);
        return bytes(values.map((value, i) => value + sigma * noise[i]));
      },
    };
  },
  mask: masked,
};

/** @throws DataError if the text is no degradation */
export function parseDegradation(text: string): Degradation {
  const [, kind = '', argument = ''] = /^([a-z]+):(.+)$/.exec(text) ?? [];
  const degradation = Object.hasOwn(KINDS, kind) ? KINDS[kind](text, argument) : undefined;
  if (!degradation) throw new DataError(`wanted ${DEGRADATION_FORMS}, got "${text}"`);
  return degradation;
}

/**
 * The same for images of a size.
 * @throws DataError if the text is no degradation, or none of such images
 */
export function degradationOf(text: string, image: ImageSpec): Degradation {
  const degradation = parseDegradation(text);
  degradation.degrade(new Float32Array(dimensions(image)), image, rng(0)); // refuses images that it is not for
  return degradation;
}

/** Every box of size×size pixels becomes its mean. */
function boxes(text: string, values: Float32Array, { height, width, channels }: ImageSpec, size: number): Float32Array {
  if (height % size !== 0 || width % size !== 0)
    throw new DataError(`${text}: wanted images of a height and width that ${size} divides, got ${height}×${width}`);
  const columns = width / size;
  const boxOf = (i: number) => {
    const pixel = Math.floor(i / channels);
    const [row, column] = [Math.floor(pixel / width / size), Math.floor((pixel % width) / size)];
    return (row * columns + column) * channels + (i % channels);
  };
  const sums = new Float64Array(values.length / (size * size));
  values.forEach((value, i) => {
    sums[boxOf(i)] += value;
  });
  return values.map((_, i) => sums[boxOf(i)] / (size * size));
}
