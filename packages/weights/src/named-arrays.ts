import type { FloatType } from './float-bytes.ts';

/** Numbers and their shape. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Arrays by name, in the order of the file. Weights have the names of the parameter tree: `stem/weights`. */
export type NamedArrays = ReadonlyMap<string, NamedArray>;

/** A model for other programs: its weights, and what `createModel` builds it from. */
export interface ExportedModel {
  readonly tensors: NamedArrays;
  readonly config: object;
  /** How its numbers are stored. Default: F32. */
  readonly dtype?: FloatType;
}
