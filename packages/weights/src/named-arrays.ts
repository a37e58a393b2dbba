/** Numbers and their shape. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Arrays by name, in the order of the file. Weights have the names of the parameter tree: `stem/weights`. */
export type NamedArrays = ReadonlyMap<string, NamedArray>;

/** How many numbers a shape holds: [] is a scalar. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** A model for other programs: its weights, and what `createModel` builds it from. */
export interface ExportedModel {
  readonly tensors: NamedArrays;
  readonly config: object;
}
