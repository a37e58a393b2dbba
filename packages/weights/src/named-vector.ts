import { leaves, sizeOf, type Tree } from '@pixelrnn/core';
import type { NamedArray, NamedArrays } from './named-arrays.ts';
import { WeightsError } from './weights-error.ts';

/** The shape of every parameter of a model, as `modelShapes` of `@pixelrnn/trainer` gives them. */
type Shapes = Tree<readonly number[]>;

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
 * @throws WeightsError if a name is missing, or the shape is not the model's
 */
export function vectorOf(tensors: NamedArrays, shapes: Shapes, file: string, prefix = ''): Float32Array {
  const pieces = leaves<readonly number[]>(shapes).map(([path, shape]) => {
    const name = `${prefix}${path}`;
    const difference = differenceFrom(shape, tensors.get(name));
    if (difference) throw new WeightsError(`${file}: ${name}: ${difference}`);
    return tensors.get(name)!.values;
  });
  const vector = new Float32Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let start = 0;
  for (const piece of pieces) {
    vector.set(piece, start);
    start += piece.length;
  }
  return vector;
}

/** Where named pieces are not the parameters of a model, name by name: `stem/bias: wanted [2], found nothing`. */
export function differencesFrom(shapes: Shapes, tensors: NamedArrays): string[] {
  const wanted = new Map(leaves<readonly number[]>(shapes));
  const names = [...wanted.keys(), ...[...tensors.keys()].filter((name) => !wanted.has(name))];
  return names.flatMap((name) => {
    const difference = differenceFrom(wanted.get(name), tensors.get(name));
    return difference ? [`${name}: ${difference}`] : [];
  });
}

function differenceFrom(wanted: readonly number[] | undefined, found: NamedArray | undefined): string | undefined {
  if (wanted && found && String(found.shape) === String(wanted)) return undefined;
  return `wanted ${wanted ? `[${wanted}]` : 'nothing'}, found ${found ? `[${found.shape}]` : 'nothing'}`;
}
