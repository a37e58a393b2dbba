import { type Frame, type HostContext, type Layer, type Params, type Rng, rng, toContext } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import {
  conditionsFor,
  frameOf,
  type HostFeatures,
  mapFeatures,
  randomFeatures,
  repeatItem,
  toTensors,
} from './features.ts';
import { gradientsOf } from './gradients-of.ts';
import type { Setting } from './setting.ts';
import { indicesOf, type Site, sitesOf } from './sites.ts';

/** Outputs whose gradients are computed at once. */
const BATCH = 64;

/** How strongly an output site depends on an input site: the largest gradient between their channels, 0 where there is no path. */
export type Reach = (input: Site) => number;

/** Where gradients are taken: at all outputs and a random input, unless told. */
export interface ReachOptions {
  readonly outputs?: readonly Site[];
  /** One item. */
  readonly x?: HostFeatures;
  /** The conditions of a batch, if not random. */
  readonly context?: (frame: Frame) => HostContext;
}

/**
 * For each output site, the gradient of a random combination of its channels with respect to the whole input, at one input.
 * Each item of a batch takes another output site of the same image, so that one backward pass serves many.
 */
export async function forEachReach(
  layer: Layer,
  params: Params,
  setting: Setting,
  draw: string,
  visit: (output: Site, reach: Reach) => void,
  {
    outputs = sitesOf(setting.outputs, setting),
    x: given,
    context = (frame) => conditionsFor(setting, frame, { same: 1 }),
  }: ReachOptions = {},
): Promise<void> {
  const random = rng(setting.seed).fork(draw);
  const x = given ?? randomFeatures(layer.inputs, frameOf(setting, 1), random, setting.levels);
  for (let start = 0; start < outputs.length; start += BATCH) {
    const part = outputs.slice(start, start + BATCH);
    const gradients = await gradientsAt(layer, params, x, context, part, setting, random);
    part.forEach((output, item) => {
      visit(output, (input) => {
        const map = gradients[input.map]!;
        const first = (item * map.length) / part.length;
        const sizes = indicesOf(input, setting.inputs, setting.width).map((index) => Math.abs(map[first + index]));
        return sizes.some(Number.isNaN) ? Number.NaN : Math.max(...sizes);
      });
    });
  }
}

async function gradientsAt(
  layer: Layer,
  params: Params,
  x: HostFeatures,
  contextOf: (frame: Frame) => HostContext,
  outputs: Site[],
  setting: Setting,
  random: Rng,
): Promise<HostFeatures> {
  const frame = frameOf(setting, outputs.length);
  const cotangent = cotangentAt(outputs, setting, random);
  const gradients = tf.tidy(() => {
    const inputs = toTensors(repeatItem(x, 1, outputs.length), frame);
    const weights = toTensors(cotangent, frame);
    const context = toContext(contextOf(frame), frame);
    return gradientsOf(
      ([here, above]) => {
        const y = layer.apply(params, above ? { here, above } : { here }, context);
        const sum = tf.sum(tf.mul(y.here, weights.here));
        return weights.above ? tf.add(sum, tf.sum(tf.mul(y.above!, weights.above))) : sum;
      },
      inputs.above ? [inputs.here, inputs.above] : [inputs.here],
    );
  });
  const [here, above] = await Promise.all(gradients.map(async (tensor) => new Float32Array(await tensor.data())));
  tf.dispose(gradients);
  return above ? { here, above } : { here };
}

/** Item n is random, at least 0.5 in size, at output site n and zero elsewhere. */
function cotangentAt(outputs: Site[], { outputs: layout, height, width }: Setting, random: Rng): HostFeatures {
  const size = (channels: number) => new Float32Array(outputs.length * height * width * channels);
  const cotangent = mapFeatures({ here: layout.here.length, above: layout.above }, size);
  outputs.forEach((output, item) => {
    const map = cotangent[output.map]!;
    for (const index of indicesOf(output, layout, width))
      map[(item * map.length) / outputs.length + index] = (random.uniform() < 0.5 ? -1 : 1) * (0.5 + random.uniform());
  });
  return cotangent;
}
