import { type JsonObject, rng } from '@pixelrnn/core';
import { DataError } from '../data-error.ts';
import { checkChoice, checkInteger } from '../options.ts';
import type { Split } from './dataset.ts';

/** Ways from source values to levels; {@link QuantizeOptions} explains them. */
export const BINARIZATIONS = ['none', 'threshold', 'stochastic'] as const;
/** One of {@link BINARIZATIONS}. */
export type Binarization = (typeof BINARIZATIONS)[number];

/** How source values become levels. */
export interface QuantizeOptions {
  /**
   * `threshold`: the upper half of the values is 1. `stochastic`: P(1) = v / max, drawn anew each epoch. `none`: keep
   * `levels`.
   */
  binarize: Binarization;
  /** Levels L of a sub-pixel; only with `binarize: 'none'`. Those of the source if absent. */
  levels: number | undefined;
  /** Of the bits; required by, and only with, `binarize: 'stochastic'`. */
  seed: number | string | undefined;
}

/** All levels of the source. */
export const QUANTIZE_DEFAULTS: QuantizeOptions = { binarize: 'none', levels: undefined, seed: undefined };

/** Which image is quantized: stochastic bits are a function of these and the seed alone. */
export interface ImageKey {
  readonly split: Split;
  readonly epoch: number;
  readonly index: number;
}

/** Turns source values into levels. */
export interface Quantizer {
  /** Levels L of the result. */
  readonly levels: number;
  readonly config: JsonObject;
  /** Levels of one image, written to `target` from `offset` on. */
  apply(source: Uint8Array | Uint16Array, target: Float32Array, offset: number, key: ImageKey): void;
}

/** floor(v·L / S): S source values on L levels, each level of equal width. v ≥ 128 → 1 for S = 256, L = 2. */
export const quantize = (value: number, levels: number, sourceLevels: number): number =>
  Math.floor((value * levels) / sourceLevels);

/**
 * From source values 0 … S−1 to levels 0 … L−1, as {@link QuantizeOptions} say.
 *
 * Stochastic bits (Salakhutdinov & Murray 2008 drew theirs so, once): 1 with probability v / (S−1), from a
 * counter-based stream keyed by (seed, split, epoch, index), so every host, batch size and order of reading gives the
 * same bits.
 */
export function quantizer(owner: string, options: QuantizeOptions, sourceLevels: number): Quantizer {
  const binarize = checkChoice(owner, 'binarize', options.binarize, BINARIZATIONS);
  if (binarize !== 'none' && options.levels !== undefined && options.levels !== 2) {
    throw new DataError(`${owner}: levels must be 2 or absent with binarize "${binarize}", got ${options.levels}`);
  }
  if (binarize === 'stochastic') return stochastic(owner, options.seed, sourceLevels);
  if (options.seed !== undefined) throw new DataError(`${owner}: seed has no use with binarize "${binarize}"`);
  const levels =
    binarize === 'threshold' ? 2 : checkInteger(owner, 'levels', options.levels ?? sourceLevels, 2, sourceLevels);
  return tabulated(levels, { binarize, levels }, sourceLevels);
}

function tabulated(levels: number, config: JsonObject, sourceLevels: number): Quantizer {
  const table = Float32Array.from({ length: sourceLevels }, (_, value) => quantize(value, levels, sourceLevels));
  return {
    levels,
    config,
    apply(source, target, offset) {
      for (let i = 0; i < source.length; i++) target[offset + i] = table[source[i]];
    },
  };
}

function stochastic(owner: string, seed: number | string | undefined, sourceLevels: number): Quantizer {
  if (seed === undefined) throw new DataError(`${owner}: seed is required with binarize "stochastic"`);
  const root = rng(seed).fork('binarize');
  const max = sourceLevels - 1;
  return {
    levels: 2,
    config: { binarize: 'stochastic', levels: 2, seed },
    apply(source, target, offset, { split, epoch, index }) {
      const draws = root.fork(split).fork(epoch).fork(index);
      for (let i = 0; i < source.length; i++) target[offset + i] = draws.uniform() * max < source[i] ? 1 : 0;
    },
  };
}
