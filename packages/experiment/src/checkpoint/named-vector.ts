import { leaves } from '@pixelrnn/core';
import type { Shapes } from '@pixelrnn/trainer';
import { ExperimentError } from '../experiment-error.ts';
import type { NamedArray, NamedArrays } from './safetensors.ts';

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** How many numbers a model has. */
export const countValues = (shapes: Shapes): number =>
  leaves<readonly number[]>(shapes).reduce((total, [, shape]) => total + sizeOf(shape), 0);

/** The pieces of a parameter vector under the names of the tree: `stem/weights`. They share its memory. */
export function nameVector(vector: Float32Array, shapes: Shapes, prefix = ''): Map<string, NamedArray> {
  let start = 0;
  return new Map(
    leaves<readonly number[]>(shapes).map(([path, shape]) => {
      const values = vector.subarray(start, start + sizeOf(shape));
      start += values.length;
      return [`${prefix}${path}`, { shape, values }];
    }),
  );
}

/**
 * The inverse: one vector from named pieces.
 * @param file where they come from, for errors
 * @throws ExperimentError if a name is missing, or the shape is not the model's
 */
export function vectorOf(tensors: NamedArrays, shapes: Shapes, file: string, prefix = ''): Float32Array {
  const pieces = leaves<readonly number[]>(shapes).map(([path, shape]) => {
    const found = tensors.get(`${prefix}${path}`);
    if (found?.shape.join() !== shape.join())
      throw new ExperimentError(
        `${file}: ${prefix}${path}: wanted [${shape}], found ${found ? `[${found.shape}]` : 'nothing'}`,
      );
    return found.values;
  });
  const vector = new Float32Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let start = 0;
  for (const piece of pieces) {
    vector.set(piece, start);
    start += piece.length;
  }
  return vector;
}
