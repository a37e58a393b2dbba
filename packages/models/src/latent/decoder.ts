import {
  type Conditions,
  type Context,
  childContext,
  type GenerativeModel,
  type Host,
  type HostContext,
  type Mapping,
  type Params,
  type Prepared,
  prepared,
  type Rng,
  sizeOf,
  wantConditions,
  wantHostConditions,
} from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/** p(x | z): a model whose pixels are conditioned on a vector z, read as it is or through an upsampler. */
export interface LatentDecoder extends Pick<GenerativeModel, 'image' | 'likelihood' | 'encoding'> {
  /** What it is conditioned on beside z. */
  readonly conditions: Conditions;
  init(rng: Rng): Params;
  /** The context is that of {@link LatentDecoder.conditions} and z, as its vector. */
  conditionals(params: Params, images: tf.Tensor4D, context?: Context): tf.Tensor4D;
  /** −log p(x | z), [B]. */
  nats(params: Params, images: tf.Tensor4D, context: Context): tf.Tensor1D;
  calibrate?(params: Params, images: tf.Tensor4D, context: Context): Params;
  prepare(weights: Host<Params>): Prepared;
}

export interface LatentDecoderOptions {
  /** The system that this is part of, for messages. */
  readonly who: string;
  /** How many numbers z has. */
  readonly latents: number;
  /** A model conditioned on a vector of that length, or on a map of the upsampler's outputs. */
  readonly model: GenerativeModel;
  readonly upsampler?: Mapping;
}

/**
 * A model that is told z in one of two ways:
 *
 *   vector: z ── every gate of every layer                     map: z ── upsampler ── [H, W, C] ── 1×1 ── every gate of every layer
 */
export function latentDecoder({ who, latents, model, upsampler }: LatentDecoderOptions): LatentDecoder {
  checkDecoder(who, latents, model, upsampler);
  const { image, likelihood, encoding } = model;
  const { vector: _, map, ...others } = model.conditions;
  const conditions: Conditions = upsampler ? others : { ...others, map };
  const own = (params: Params) => params.model as Params;
  const upsamples = (params: Params) => params.upsampler as Params;

  function toldOf(params: Params, images: tf.Tensor4D, context: Context | undefined): Context {
    const [batch, height, width] = images.shape;
    wantConditions(who, { vector: latents }, { batch, height, width }, context);
    const { vector, ...rest } = childContext(context, 'decoder')!;
    if (!upsampler) return { ...rest, vector };
    const z = tf.reshape(vector!, [batch, ...upsampler.inputs]);
    return { ...rest, map: upsampler.apply(upsamples(params), z) as tf.Tensor4D };
  }

  return {
    image,
    likelihood,
    encoding,
    conditions,
    init: (rng) => ({
      model: model.init(rng.fork('model')),
      ...(upsampler && { upsampler: upsampler.init(rng.fork('upsampler')) }),
    }),
    conditionals: (params, images, context) =>
      tf.tidy(() => model.conditionals(own(params), images, toldOf(params, images, context))),
    nats: (params, images, context) => tf.tidy(() => model.nats(own(params), images, toldOf(params, images, context))),
    ...(model.calibrate && {
      calibrate: (params: Params, images: tf.Tensor4D, context: Context) => ({
        ...params,
        model: model.calibrate!(own(params), images, toldOf(params, images, context)),
      }),
    }),
    prepare: (weights) =>
      prepared({ name: who, inputs: { here: image.channels } }, (packed) => {
        const inner = packed.own(model.prepare(weights.model as Host<Params>));
        const upsampling = upsampler && packed.own(upsampler.prepare(weights.upsampler as Host<Params>));
        return (frame, context, memory) => {
          wantHostConditions(who, { vector: latents }, frame, context);
          const { vector, ...rest } = context;
          const told: HostContext = upsampling ? { ...rest, map: upsampling.run(vector!, frame.batch) } : context;
          return memory.own(inner.open(frame, told));
        };
      }),
  };
}

function checkDecoder(who: string, latents: number, model: GenerativeModel, upsampler: Mapping | undefined): void {
  const { name, image, conditions, bound, drawn } = model;
  if (bound !== 'exact' || drawn)
    throw new Error(`${who}: wanted a decoder with a likelihood of its own that draws nothing beforehand, got ${name}`);
  if (!upsampler) {
    if (conditions.vector !== latents)
      throw new Error(
        `${who}: wanted a decoder of a vector of ${latents}, got ${name} of ${conditions.vector ?? 'none'}`,
      );
    return;
  }
  const wanted = [image.height, image.width, conditions.map];
  if (sizeOf(upsampler.inputs) !== latents || String(upsampler.outputs) !== String(wanted) || conditions.vector)
    throw new Error(
      `${who}: wanted an upsampler of ${latents} numbers → [${wanted}], the map of its decoder, got ${upsampler.name} of [${upsampler.inputs}] → [${upsampler.outputs}]`,
    );
}
