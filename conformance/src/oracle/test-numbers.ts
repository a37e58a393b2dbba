import type { OracleAffine } from './map.ts';

/** Numbers without a pattern, for tests: the fractional parts of multiples of the golden ratio, on ±`scale`. */
export function numbers(size: number, start = 1, scale = 1): Float64Array {
  return Float64Array.from(
    { length: size },
    (_, i) => scale * (2 * ((((start * 997 + i) * 0.6180339887498949) % 1) + 0) - 1),
  );
}

export const affine = (taps: number, inputs: number, outputs: number, start = 1): OracleAffine => ({
  weights: numbers(taps * inputs * outputs, start),
  bias: numbers(outputs, start + 1),
});
