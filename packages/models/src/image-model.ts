import {
  type Context,
  createEncoding,
  createLikelihood,
  type Encoding,
  type GenerativeModel,
  type ImageSpec,
  type JsonObject,
  type Layer,
  type Likelihood,
  type NamedConfig,
  namedConfig,
  openInKernels,
  type Params,
  prepared,
  refuseOtherConditions,
  type Tree,
  wantConditions,
  withDefaults,
} from '@pixelrnn/core';
import { createLayer, type LayerConfig, layerConfig } from '@pixelrnn/layers';
import * as tf from '@tensorflow/tfjs-core';
import { checkImage } from './options.ts';

export interface ImageModelOptions {
  readonly name?: string;
  readonly image: ImageSpec;
  /** How levels are read; scaled to −1 … 1 by default. */
  readonly encoding?: Encoding;
  /** Reads the encoded image [B, H, W, encoding.outputs]; gives the likelihood's parameters [B, H, W, likelihood.outputs]. Must be causal. */
  readonly network: Layer;
  readonly likelihood: Likelihood;
  /** What `createModel` is to build the model from; the options themselves by default. */
  readonly config?: JsonObject;
}

/** Where the encoding's parameters lie among the network's. */
const ENCODING = 'encoding';

/**
 * An exact-likelihood image model: p(x) = Π_i p(x_i | x_<i) over sub-pixels in raster order, R then G then B (PixelRNN eq. 1–2).
 *
 *   levels ── encoding ── network ── likelihood
 *
 * What the network is conditioned on, the model is.
 */
export function imageModel(options: ImageModelOptions): GenerativeModel {
  const { image, network, likelihood } = options;
  const encoding = options.encoding ?? createEncoding('scaled', image);
  checkEnds(options, encoding);
  const name = options.name ?? network.name;
  const conditions = network.conditions ?? {};
  const { height, width, channels } = image;
  const encodingOf = <T>(params: Tree<T>) => (params[ENCODING] ?? {}) as Tree<T>;

  function encode(params: Params, images: tf.Tensor4D, context?: Context): tf.Tensor4D {
    const [batch, ...size] = images.shape;
    if (String(size) !== String([height, width, channels]))
      throw new Error(`${name}: wanted images of shape [B,${height},${width},${channels}], got [${images.shape}]`);
    wantConditions(name, conditions, { batch, height, width }, context);
    refuseOtherConditions(name, conditions, context);
    return encoding.apply(encodingOf(params), images);
  }

  const model: GenerativeModel = {
    name,
    image,
    config: options.config ?? {
      system: 'imageModel',
      name,
      image: { ...image },
      encoding: namedConfig(encoding),
      network: layerConfig(network),
      likelihood: namedConfig(likelihood),
    },
    bound: 'exact',
    likelihood,
    encoding,
    conditions,
    init(rng) {
      const own = encoding.init(rng.fork(ENCODING)) as Params;
      if (Object.keys(own).length === 0) return network.init(rng);
      return { ...network.init(rng), [ENCODING]: own };
    },
    ...(network.calibrate && {
      calibrate(params, images, context) {
        const { params: calibrated } = network.calibrate!(params, { here: encode(params, images, context) }, context);
        return { ...params, ...calibrated };
      },
    }),
    conditionals: (params, images, context) =>
      tf.tidy(() => network.apply(params, { here: encode(params, images, context) }, context).here),
    nats: (params, images, context) =>
      tf.tidy(() => tf.neg(likelihood.logProb(model.conditionals(params, images, context), images)) as tf.Tensor1D),
    prepare: (weights) =>
      prepared({ name, inputs: { here: channels } }, (packed) => {
        const inner = packed.own(network.prepare(weights));
        return (frame, context, memory) => {
          refuseOtherConditions(name, conditions, context);
          const read = encoding.prepare(encodingOf(weights));
          const steps = openInKernels(inner, frame, context, memory);
          const input = memory.floats(frame.batch * encoding.outputs);
          return {
            beginRow(row) {
              steps.beginRow(row);
              return undefined;
            },
            at(column, pixel) {
              input.set(read(pixel));
              return steps.at(column, input).array;
            },
            advance(column, pixel) {
              input.set(read(pixel));
              steps.advance(column, input, false);
            },
          };
        };
      }),
  };
  return model;
}

function checkEnds({ image, network, likelihood }: ImageModelOptions, encoding: Encoding): void {
  const { channels, levels } = image;
  for (const [noun, end] of [
    ['a likelihood', likelihood],
    ['an encoding', encoding],
  ] as const)
    if (end.channels !== channels || end.levels !== levels)
      throw new Error(
        `imageModel: wanted ${noun} of ${channels} channels of ${levels} levels, ` +
          `got ${end.name} of ${end.channels} channels of ${end.levels} levels`,
      );
  if (network.inputs.here !== encoding.outputs || network.outputs.here !== likelihood.outputs)
    throw new Error(
      `imageModel: wanted a network of ${encoding.outputs} → ${likelihood.outputs} channels, ` +
        `got ${network.name} of ${network.inputs.here} → ${network.outputs.here}`,
    );
}

/** What `imageModel` stores of itself; as it may be written by hand, an encoding or a likelihood without options is its name. */
export interface ImageModelConfig {
  readonly name?: string;
  readonly image: ImageSpec;
  readonly encoding?: string | NamedConfig;
  readonly network: LayerConfig;
  readonly likelihood: string | NamedConfig;
  /** Written by versions whose networks did not say so themselves. */
  readonly classes?: number;
}

/** A custom model from its stored config; contributed layers, likelihoods and encodings must be registered first. */
export function imageModelFrom(config: ImageModelConfig): GenerativeModel {
  const { name, image, encoding, network, likelihood } = withDefaults('imageModel', config, {}, [
    'name',
    'image',
    'encoding',
    'network',
    'likelihood',
    'classes',
  ]);
  checkImage('imageModel', image);
  return imageModel({
    name,
    image,
    encoding: createEncoding(encoding ?? 'scaled', image),
    network: createLayer(network),
    likelihood: createLikelihood(likelihood, image),
  });
}
