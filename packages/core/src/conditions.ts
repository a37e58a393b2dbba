import * as tf from '@tensorflow/tfjs-core';
import type { Rng } from './rng.ts';

/** What a layer is told beside its input and parameters. */
export interface Context {
  /** True while training: turns dropout on. */
  readonly training?: boolean;
  /** Source of dropout masks and other noise; a layer that holds others forks it for each of them ({@link childContext}). */
  readonly rng?: Rng;
  /** Class of each image, int32 [B]. */
  readonly labels?: tf.Tensor1D;
  /** A vector for each image, [B, D]. */
  readonly vector?: tf.Tensor2D;
  /** A map for each image, known in full beforehand, so that every pixel may see all of it: [B, H, W, C]. */
  readonly map?: tf.Tensor4D;
  /** Index of each image of the batch among all images, [B]: noise keyed by it does not depend on the batch. Default: 0, 1, …. */
  readonly indices?: readonly number[];
  /** Which of several draws of an image's noise, from 0. */
  readonly draw?: number;
  /** Steps done before, while training: what is annealed depends on it. */
  readonly step?: number;
}

/** The conditions of {@link Context} for streaming, on typed arrays of the same layout. */
export interface HostContext {
  /** Class of each image, [B]. */
  readonly labels?: Int32Array;
  /** [B, D] */
  readonly vector?: Float32Array;
  /** [B, H, W, C] */
  readonly map?: Float32Array;
}

/** Conditions as tensors; the caller disposes of them. */
export function toContext({ labels, vector, map }: HostContext, { batch, height, width }: Size): Context {
  return {
    ...(labels && { labels: tf.tensor1d(labels, 'int32') }),
    ...(vector && { vector: tf.tensor2d(vector, [batch, vector.length / batch]) }),
    ...(map && { map: tf.tensor4d(map, [batch, height, width, map.length / (batch * height * width)]) }),
  };
}

/** Which conditions a layer or model reads, and their sizes. */
export interface Conditions {
  /** Number of classes. */
  readonly classes?: number;
  /** Length D of the vector. */
  readonly vector?: number;
  /** Channels C of the map. */
  readonly map?: number;
}

/** The size of the images that a context belongs to. */
interface Size {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

const KINDS = ['classes', 'vector', 'map'] as const;
type Kind = (typeof KINDS)[number];

/** The member of a context that holds a condition. */
export const CONTEXT_MEMBER = { classes: 'labels', vector: 'vector', map: 'map' } as const;

const shapeOf = (kind: Kind, size: number, { batch, height, width }: Size): number[] =>
  ({ classes: [batch], vector: [batch, size], map: [batch, height, width, size] })[kind];

/** What several layers read of one context. @throws if two of them want the same condition in different sizes */
export function mergeConditions(who: string, parts: readonly (Conditions | undefined)[]): Conditions {
  const merged: { [kind in Kind]?: number } = {};
  for (const part of parts)
    for (const kind of KINDS) {
      const size = part?.[kind];
      if (size === undefined) continue;
      if (merged[kind] !== undefined && merged[kind] !== size)
        throw new Error(`${who}: wanted layers that agree on ${kind}, got ${merged[kind]} and ${size}`);
      merged[kind] = size;
    }
  return merged;
}

/** @throws if a condition is missing or of another shape; what nobody reads is let through */
export const wantConditions = (who: string, conditions: Conditions, size: Size, context: Context = {}): void =>
  checkShapes(who, conditions, size, (kind) => context[CONTEXT_MEMBER[kind]]?.shape);

/** The same for streaming, where labels can be read: a label out of range is refused as well. */
export function wantHostConditions(who: string, conditions: Conditions, size: Size, context: HostContext = {}): void {
  checkShapes(who, conditions, size, (kind, wanted) => {
    const length = context[CONTEXT_MEMBER[kind]]?.length;
    return length === wanted.reduce((a, b) => a * b, 1) ? wanted : length === undefined ? undefined : [length];
  });
  if (conditions.classes !== undefined) wantLabels(who, conditions.classes, context.labels!);
}

/** @throws unless all labels are classes 0 … classes − 1 */
export function wantLabels(who: string, classes: number, labels: ArrayLike<number>): void {
  for (let i = 0; i < labels.length; i++)
    if (!(Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < classes))
      throw new Error(`${who}: wanted labels of 0 … ${classes - 1}, got ${labels[i]} for image ${i}`);
}

/** @throws if there is a condition that nobody reads */
export function refuseOtherConditions(who: string, conditions: Conditions, context: Context | HostContext = {}): void {
  for (const kind of KINDS)
    if (conditions[kind] === undefined && context[CONTEXT_MEMBER[kind]] !== undefined)
      throw new Error(`${who}: wanted no ${CONTEXT_MEMBER[kind]}, which no layer reads`);
}

/** A context without the conditions that are not read: what a model inside another is given of its context. */
export function contextFor<T extends Context | HostContext>(conditions: Conditions, context: T): T {
  const own = { ...context };
  for (const kind of KINDS) if (conditions[kind] === undefined) delete own[CONTEXT_MEMBER[kind]];
  return own;
}

function checkShapes(
  who: string,
  conditions: Conditions,
  size: Size,
  found: (kind: Kind, wanted: number[]) => readonly number[] | undefined,
): void {
  for (const kind of KINDS) {
    const channels = conditions[kind];
    if (channels === undefined) continue;
    const wanted = shapeOf(kind, channels, size);
    const got = found(kind, wanted);
    if (String(got) === String(wanted)) continue;
    const what = kind === 'classes' ? `${size.batch} labels for ${channels} classes` : `a ${kind} [${wanted}]`;
    const numbers = kind === 'classes' ? got?.[0] : got && `[${got}]`;
    throw new Error(`${who}: wanted ${what}, got ${numbers ?? 'none'}`);
  }
}

/** The context of a layer inside another: the same, with random numbers of its own. */
export const childContext = (context: Context | undefined, key: string | number): Context | undefined =>
  context?.rng ? { ...context, rng: context.rng.fork(key) } : context;

/** The conditions of `count` images from image `first` on, out of those of `all` images. */
export function sliceContext(context: HostContext, all: number, first: number, count: number): HostContext {
  const part = <T extends Int32Array | Float32Array>(values: T | undefined): T | undefined => {
    const size = values && values.length / all;
    return size === undefined ? undefined : (values!.slice(first * size, (first + count) * size) as T);
  };
  return { labels: part(context.labels), vector: part(context.vector), map: part(context.map) };
}
