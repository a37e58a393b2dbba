import {
  type Context,
  type GenerativeModel,
  type HostContext,
  type ImageSpec,
  type JsonObject,
  type PixelOrder,
  type Rng,
  withDefaults,
} from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import type { BuildModel } from '../build-model.ts';
import { checkImage, systemConfig } from '../options.ts';
import { longestKnown } from './longest-known.ts';
import { rearranged, rearrangedOnHost } from './rearrange.ts';
import { type ScanOrder, scannedPixels, scanOrdersOf } from './scan-order.ts';

export interface OrderMixtureOptions {
  readonly image: ImageSpec;
  /** Config of the model of one order, without its image: `{ system: 'gatedPixelCnn', layers: 5, … }`. Its classes are those of the mixture. */
  readonly of: JsonObject & { readonly system: string };
  /** Which orders; all that there are for the image by default: eight for squares, four for others. */
  readonly orders?: readonly ScanOrder[];
  /** Channels of a map that the model of one order is given, rearranged as its images are. */
  readonly map?: number;
  /** Whether the network is told the order, as a class: class · K + order. True by default; a system without classes cannot be. */
  readonly told?: boolean;
}

export const ORDER_MIXTURE_DEFAULTS = { told: true } as const;

/**
 * A mixture of K orders of the pixels, of one set of weights (after the order-agnostic ensembles of NADE, Uria et al. 2014, and the eight orders of
 * locally masked convolutions, Jain et al. 2020):
 *
 *   p(x) = (1/K) Σ_k p_k(x),    p_k(x) = Π_n p(x_π_k(n) | x_π_k(0), …, x_π_k(n−1), k)    π_k: a flip or transpose of raster order
 *
 * `nats` is −log of that, at K passes of the network, and exact; never more than the mean of the orders' own. Training draws one order for
 * each image, whose −log p_k has an expectation that is an upper bound of `nats`, at one pass.
 *
 * An image is drawn in an order drawn from its own random numbers. The nats that are told of a sample are those of that order, and the mixture's
 * are at most log K more. Where pixels are known, it is one of the orders that begin with the most of them: an upper, lower, left or right half is
 * completed by p_k(rest | half), as exactly as one order can.
 *
 * @param build builds the model of one order from its config: `createModel`
 */
export function orderMixture(options: OrderMixtureOptions, build: BuildModel): GenerativeModel {
  const { image, of, orders, told: isTold, classes, inner } = resolve(options, build);
  const permutations = orders.map((order) => scannedPixels(order, image));
  const pixels = image.height * image.width;
  const orderOf = (chosen: readonly number[]): PixelOrder => {
    const order = new Uint32Array(chosen.length * pixels);
    for (const [b, k] of chosen.entries()) order.set(permutations[k], b * pixels);
    return order;
  };
  const always = (k: number, images: tf.Tensor4D) => new Array<number>(images.shape[0]).fill(k);
  const everyOrder = orders.map((_, k) => k);

  /** Images and what they are conditioned on, each in one of the orders. */
  function inOrders(images: tf.Tensor4D, { labels, map, ...rest }: Context, chosen: readonly number[]) {
    const order = orderOf(chosen);
    const own = tf.tensor1d([...chosen], 'int32');
    const told = labels ? tf.add<tf.Tensor1D>(tf.mul(labels, tf.scalar(orders.length, 'int32')), own) : own;
    const context: Context = {
      ...rest,
      ...(map && { map: rearranged(map, order) }),
      ...(isTold ? { labels: told } : labels && { labels }),
    };
    return [rearranged(images, order), context] as const;
  }

  /** An order for each image of a batch that is trained on. */
  function drawnOrders(images: tf.Tensor4D, { rng }: Context): number[] {
    if (!rng) throw new Error('orderMixture: wanted random numbers to draw orders from, got a context without rng');
    const random = rng.fork('orders');
    return Array.from({ length: images.shape[0] }, () => pick(random, everyOrder));
  }

  return {
    name: 'orderMixture',
    image,
    config: systemConfig('orderMixture', { image, of, orders, told: isTold }),
    bound: inner.bound,
    likelihood: inner.likelihood,
    encoding: inner.encoding,
    conditions: { ...inner.conditions, classes },
    drawn: { conditions: isTold ? { classes: inner.conditions.classes } : {}, noise: ['order'], given: ['order'] },
    init: inner.init,
    ...(inner.calibrate && {
      calibrate: (params, images, context = {}) =>
        inner.calibrate!(params, ...inOrders(images, context, drawnOrders(images, context))),
    }),
    conditionals: inner.conditionals,
    nats: (params, images, context = {}) =>
      tf.tidy(() => {
        const ofOrder = (_: ScanOrder, k: number) =>
          inner.nats(params, ...inOrders(images, context, always(k, images)));
        const logMean = tf.sub(tf.logSumExp(tf.neg(tf.stack(orders.map(ofOrder))), 0), Math.log(orders.length));
        return tf.neg(logMean) as tf.Tensor1D;
      }),
    objective: (params, images, context) => {
      const loss = inner.nats(params, ...inOrders(images, context, drawnOrders(images, context)));
      return { loss, nats: loss };
    },
    before: async (_, { random, context, known }) => {
      const chosen = random.map((own, b) => {
        const mask = known?.mask.subarray(b * pixels, (b + 1) * pixels);
        return pick(own.fork('order'), mask ? longestKnown(mask, permutations) : everyOrder);
      });
      const order = orderOf(chosen);
      return { context: hostInOrders(context, chosen, order), order, mindsKnown: true };
    },
    prepare: inner.prepare,
  };

  function hostInOrders(
    { labels, map, ...rest }: HostContext,
    chosen: readonly number[],
    order: PixelOrder,
  ): HostContext {
    return {
      ...rest,
      ...(map && { map: rearrangedOnHost(map, order, pixels) }),
      ...(isTold
        ? { labels: Int32Array.from(chosen, (k, b) => (labels?.[b] ?? 0) * orders.length + k) }
        : labels && { labels }),
    };
  }
}

const pick = (random: Rng, from: readonly number[]): number => from[Math.floor(random.uniform() * from.length)];

/** The options with all that follows from them. */
function resolve(options: OrderMixtureOptions, build: BuildModel) {
  checkImage('orderMixture', options.image);
  const given = withDefaults('orderMixture', options, ORDER_MIXTURE_DEFAULTS, ['image', 'of', 'orders', 'map']);
  const { image, told } = given;
  const orders = given.orders ?? scanOrdersOf(image);
  checkOrders(orders, scanOrdersOf(image));
  const own = given.of?.classes as number | undefined;
  const map = mapOf(given);
  const inner = build({
    ...given.of,
    image: { ...image },
    ...(map !== undefined && { map }),
    ...(told && { classes: (own ?? 1) * orders.length }),
  });
  checkInner(inner, told ? (own ?? 1) * orders.length : undefined);
  const { image: _, classes: __, ...rest } = inner.config;
  const of = { ...rest, ...(own !== undefined && { classes: own }) };
  return { image, of, orders, told, inner, classes: told ? own : inner.conditions.classes };
}

/** The map of the model of one order, which may be said there or of all. */
function mapOf({ of, map }: OrderMixtureOptions): number | undefined {
  const own = of?.map as number | undefined;
  if (own !== undefined && map !== undefined && own !== map)
    throw new Error(`orderMixture: wanted one map, got map = ${map} and of.map = ${own}`);
  return map ?? own;
}

function checkOrders(orders: readonly ScanOrder[], all: readonly ScanOrder[]): void {
  const known = Array.isArray(orders) && orders.length > 0 && orders.every((order) => all.includes(order));
  if (!known || new Set(orders).size < orders.length)
    throw new Error(`orderMixture: wanted orders of ${all.join(', ')}, each once, got ${JSON.stringify(orders)}`);
}

function checkInner({ name, before, conditions }: GenerativeModel, classes: number | undefined): void {
  if (before) throw new Error(`orderMixture: wanted a system that settles nothing before the first pixel, got ${name}`);
  if (classes !== undefined && conditions.classes !== classes)
    throw new Error(
      `orderMixture: wanted a system of ${classes} classes, to tell it the order, got ${name} of ${conditions.classes ?? 'none'} (told: false does without)`,
    );
}
