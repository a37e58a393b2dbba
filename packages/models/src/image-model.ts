import {
  createLikelihood,
  type GenerativeModel,
  type ImageSpec,
  type JsonObject,
  type Layer,
  type Likelihood,
  type LikelihoodConfig,
  type Params,
} from '@pixelrnn/core';
import { createLayer, type LayerConfig, layerConfig } from '@pixelrnn/layers';
import * as tf from '@tensorflow/tfjs-core';

export interface ImageModelOptions {
  readonly name?: string;
  readonly image: ImageSpec;
  /** Reads the scaled image [B, H, W, C]; gives the likelihood's parameters [B, H, W, parameterChannels]. Must be causal. */
  readonly network: Layer;
  readonly likelihood: Likelihood;
  /** Number of classes that the network is conditioned on. */
  readonly classes?: number;
  /** What `createModel` is to build the model from; the options themselves by default. */
  readonly config?: JsonObject;
}

/**
 * An exact-likelihood image model: p(x) = Π_i p(x_i | x_<i) over sub-pixels in raster order, R then G then B (PixelRNN eq. 1–2).
 * The network turns the levels v, scaled to 2v / (L−1) − 1, into the parameters of each sub-pixel's distribution.
 */
export function imageModel(options: ImageModelOptions): GenerativeModel {
  const { image, network, likelihood, classes } = options;
  const { height, width, channels, levels } = image;
  if (likelihood.channels !== channels || likelihood.levels !== levels)
    throw new Error(
      `imageModel: wanted a likelihood of ${channels} channels of ${levels} levels, ` +
        `got ${likelihood.name} of ${likelihood.channels} channels of ${likelihood.levels} levels`,
    );
  if (network.inputs.here !== channels || network.outputs.here !== likelihood.parameterChannels)
    throw new Error(
      `imageModel: wanted a network of ${channels} → ${likelihood.parameterChannels} channels, ` +
        `got ${network.name} of ${network.inputs.here} → ${network.outputs.here}`,
    );
  const name = options.name ?? network.name;
  const scale = 2 / (levels - 1);

  const model: GenerativeModel = {
    name,
    image,
    config: options.config ?? {
      system: 'imageModel',
      name,
      image: { ...image },
      network: layerConfig(network),
      likelihood: { name: likelihood.name, config: likelihood.config },
      classes,
    },
    bound: 'exact',
    likelihood,
    classes,
    init: (rng) => network.init(rng),
    conditionals(params, images, context) {
      if (images.shape[1] !== height || images.shape[2] !== width || images.shape[3] !== channels)
        throw new Error(`${name}: wanted images of shape [B,${height},${width},${channels}], got [${images.shape}]`);
      return tf.tidy(() => {
        const scaled = tf.sub(tf.mul(images, scale), 1) as tf.Tensor4D;
        return network.apply(params, { here: scaled }, context).here;
      });
    },
    nats: (params, images, context) =>
      tf.tidy(() => tf.neg(likelihood.logProb(model.conditionals(params, images, context), images)) as tf.Tensor1D),
    stream(weights, frame, context) {
      const stream = network.stream(weights, frame, context);
      const scaled = new Float32Array(frame.batch * channels);
      const scaledOf = (pixel: Float32Array) => {
        for (let i = 0; i < scaled.length; i++) scaled[i] = pixel[i] * scale - 1;
        return scaled;
      };
      return {
        beginRow: (above) => stream.beginRow(above),
        at: (pixel) => stream.at(scaledOf(pixel)),
        advance: (pixel) => stream.advance(scaledOf(pixel)),
        dispose: () => stream.dispose(),
      };
    },
  };
  return model;
}

/** What `imageModel` stores of itself. */
export interface ImageModelConfig {
  readonly name?: string;
  readonly image: ImageSpec;
  readonly network: LayerConfig;
  readonly likelihood: LikelihoodConfig;
  readonly classes?: number;
}

/** A custom model from its stored config; contributed layers must be registered (`registerLayer`) first. */
export const imageModelFrom = ({ network, likelihood, ...rest }: ImageModelConfig): GenerativeModel<Params> =>
  imageModel({ ...rest, network: createLayer(network), likelihood: createLikelihood(likelihood) });
