import type * as tf from '@tensorflow/tfjs-core';
import type { ConditionParams } from '../condition/condition.ts';
import type { ConvParams } from '../convolution/linear-map.ts';

export type GatedParams = {
  /** k×k over rows above: [tapsV, Pin, 2P], [2P]. */
  readonly vertical: ConvParams;
  /** 1×1 from the vertical map, before its gate, to the horizontal one: [2P, 2P]. */
  readonly link: tf.Tensor2D;
  /** 1×k along the row: [tapsH, Pin, 2P], [2P]. */
  readonly horizontal: ConvParams;
  /** 1×1 after the horizontal gate: [1, P, P], [P]. */
  readonly output: ConvParams;
} & ConditionParams<ForStacks<tf.Tensor2D>>;

/** What a condition has for each stack: weights [classes, 2P], [D, 2P] or [C, 2P]. */
export type ForStacks<T> = { readonly vertical: T; readonly horizontal: T };
