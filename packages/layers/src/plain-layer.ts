import {
  type Conditions,
  type Context,
  type Frame,
  type Host,
  type HostContext,
  type JsonObject,
  type KernelSteps,
  type Layer,
  type Params,
  prepared,
  preparedInKernels,
  type Rng,
  wantConditions,
  wantHostConditions,
} from '@pixelrnn/core';
import type { Arena } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

/**
 * A layer that works on one map, `here`, alone. Most layers are of this kind. Its stream is written on arrays (`prepare`), or in the kernels' memory
 * (`prepareInKernels`), where nothing is copied between layers.
 */
export type PlainLayer<P extends Params> = PlainFunctions<P> &
  (
    | {
        /**
         * Packs the weights, and gives what starts a stream over a batch of images.
         * @param memory holds what is packed, as long as streams may be opened
         */
        prepare(weights: Host<P>, memory: Arena): OpenPlain;
      }
    | { prepareInKernels(weights: Host<P>, memory: Arena): OpenPlain<PlainKernelStream> }
  );

interface PlainFunctions<P extends Params> {
  readonly name: string;
  readonly config: JsonObject;
  /** Channels of the input and of the output. */
  readonly inputs: number;
  readonly outputs: number;
  /** What the layer reads of the context, which is checked before it is asked. */
  readonly conditions?: Conditions;
  init(rng: Rng): P;
  /** [B, H, W, inputs] → [B, H, W, outputs] */
  apply(params: P, x: tf.Tensor4D, context?: Context): tf.Tensor4D;
  /** See `Layer.calibrate`. */
  calibrate?(params: P, x: tf.Tensor4D, context?: Context): { readonly params: P; readonly y: tf.Tensor4D };
}

/** @param memory holds the stream's caches, as long as it lives */
export type OpenPlain<S = PlainStream> = (...args: OpenArguments) => S;
type OpenArguments = [frame: Frame, context: HostContext, memory: Arena];

/** `Stream` without a second map: `beginRow` is only told which row begins. Order, and arrays that stay, are seen to. */
export interface PlainStream {
  beginRow?(row: number): void;
  at(column: number, here: Float32Array): Float32Array;
  advance(column: number, here: Float32Array): void;
}

/** `KernelSteps` without a second map. */
export interface PlainKernelStream extends Pick<KernelSteps, 'at' | 'advance'> {
  beginRow?(row: number): void;
}

/** Lifts a one-map layer to a {@link Layer}: it works on `here` and hands `above` through. */
export function plainLayer<P extends Params>(layer: PlainLayer<P>): Layer<P> {
  const { name, config, conditions = {}, calibrate } = layer;
  const [inputs, outputs] = [{ here: layer.inputs }, { here: layer.outputs }];
  const checkedMap = (here: tf.Tensor4D, context: Context | undefined) => {
    const [batch, height, width, channels] = here.shape;
    if (channels !== layer.inputs)
      throw new Error(`${name}: wanted ${layer.inputs} channels, got a map of shape [${here.shape}]`);
    wantConditions(name, conditions, { batch, height, width }, context);
    return here;
  };
  const checked =
    <T>(open: (...args: OpenArguments) => OneMap<T>) =>
    (...[frame, context, memory]: OpenArguments) => {
      wantHostConditions(name, conditions, frame, context);
      return handingThrough(open(frame, context, memory));
    };
  return {
    name,
    config,
    inputs,
    outputs,
    conditions,
    init: layer.init,
    apply: (params, { here, above }, context) => ({
      here: tf.tidy(() => layer.apply(params, checkedMap(here, context), context)),
      above,
    }),
    ...(calibrate && {
      calibrate(params: P, { here, above }, context) {
        const calibrated = calibrate(params, checkedMap(here, context), context);
        return { params: calibrated.params, y: { here: calibrated.y, above } };
      },
    }),
    prepare: (weights) =>
      'prepare' in layer
        ? prepared({ name, inputs }, (packed) => checked(layer.prepare(weights, packed)))
        : preparedInKernels({ name, inputs }, (packed) => checked(layer.prepareInKernels(weights, packed))),
  };
}

/** A stream of one map, on arrays or in the kernels' memory. */
interface OneMap<T> {
  beginRow?(row: number): void;
  at(column: number, here: T): T;
  advance(column: number, here: T, isSeen: boolean): void;
}

const handingThrough = <T>(stream: OneMap<T>) => ({
  beginRow(row: number, above?: T): T | undefined {
    stream.beginRow?.(row);
    return above;
  },
  at: (column: number, here: T) => stream.at(column, here),
  advance: (column: number, here: T, isSeen = false) => stream.advance(column, here, isSeen),
});
