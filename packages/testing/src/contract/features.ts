import {
  type Features,
  type Frame,
  type HostContext,
  type Layer,
  type Params,
  type Rng,
  rng,
  toContext,
  type Widths,
} from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import type { Setting } from './setting.ts';

/** Both maps as flat numbers, [batch, height, width, channels]. */
export type HostFeatures = Features<Float32Array>;

export const mapFeatures = <T, U>({ here, above }: Features<T>, change: (map: T) => U): Features<U> =>
  above === undefined ? { here: change(here) } : { here: change(here), above: change(above) };

export const frameOf = ({ height, width }: Pick<Setting, 'height' | 'width'>, batch: number): Frame => ({
  batch,
  height,
  width,
});

/** Random inputs: reals on ±1, or integer levels. */
export function randomFeatures(widths: Widths, frame: Frame, random: Rng, levels?: number): HostFeatures {
  const draw = () => (levels === undefined ? 2 * random.uniform() - 1 : Math.floor(random.uniform() * levels));
  const map = (channels: number) =>
    Float32Array.from({ length: frame.batch * frame.height * frame.width * channels }, draw);
  return mapFeatures(widths as Features<number>, map);
}

/** Copies of item 0. */
export const repeatItem = (x: HostFeatures, items: number, count: number): HostFeatures =>
  mapFeatures(x, (map) => {
    const size = map.length / items;
    const copies = new Float32Array(size * count);
    for (let n = 0; n < count; n++) copies.set(map.subarray(0, size), n * size);
    return copies;
  });

/** One item of a batch of `items`. */
export const itemOf = (x: HostFeatures, items: number, index: number): HostFeatures =>
  mapFeatures(x, (map) => map.slice((index * map.length) / items, ((index + 1) * map.length) / items));

export const toTensors = (x: HostFeatures, { batch, height, width }: Frame): Features<tf.Tensor4D> =>
  mapFeatures(x, (map) => tf.tensor4d(map, [batch, height, width, map.length / (batch * height * width)]));

/** Reads and frees both maps. */
export async function toHostFeatures(x: Features<tf.Tensor4D>): Promise<HostFeatures> {
  const here = new Float32Array(await x.here.data());
  const above = x.above && new Float32Array(await x.above.data());
  tf.dispose([x.here, ...(x.above ? [x.above] : [])]);
  return above ? { here, above } : { here };
}

/** What conditions are made for: who reads which, and the seed. */
export type Conditioned = Pick<Setting, 'conditions' | 'seed'>;

/**
 * Conditions for each image of a batch: number n has class n mod classes, and a random vector and map of its own. Images are counted
 * from `first`, or are all number `same`.
 */
export function conditionsFor(
  { conditions: { classes, vector, map }, seed }: Conditioned,
  { batch, height, width }: Frame,
  { first = 0, same }: { readonly first?: number; readonly same?: number } = {},
): HostContext {
  const numbers = Array.from({ length: batch }, (_, b) => same ?? first + b);
  const random = (kind: string, size: number) =>
    Float32Array.from(
      numbers.flatMap((n) => {
        const own = rng(seed).fork(kind).fork(n);
        return Array.from({ length: size }, () => 2 * own.uniform() - 1);
      }),
    );
  return {
    ...(classes !== undefined && { labels: Int32Array.from(numbers, (n) => n % classes) }),
    ...(vector !== undefined && { vector: random('vector', vector) }),
    ...(map !== undefined && { map: random('map', height * width * map) }),
  };
}

/** `layer.apply` from numbers to numbers. */
export function applyToNumbers(
  layer: Layer,
  params: Params,
  x: HostFeatures,
  frame: Frame,
  context: HostContext,
): Promise<HostFeatures> {
  const y = tf.tidy(() => {
    const { here, above } = layer.apply(params, toTensors(x, frame), toContext(context, frame));
    return above && layer.outputs.above !== undefined ? { here, above } : { here };
  });
  return toHostFeatures(y as Features<tf.Tensor4D>);
}
