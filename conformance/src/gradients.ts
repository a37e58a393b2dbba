import {
  type Batch,
  type GenerativeModel,
  type JsonObject,
  leaves,
  rng,
  sizeOf,
  withoutFusedKernels,
} from '@pixelrnn/core';
import { PRESETS, type PresetName, presetModel } from '@pixelrnn/models';
import { randomParams } from '@pixelrnn/testing';
import { batchTensors, flatten, type Shapes, shapesOf, unflatten } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { conditionsOf } from './conditions-of.ts';

/** A model in its preset's own size, or a smaller one where that would take minutes. */
export interface PresetCase {
  readonly title: string;
  readonly model: GenerativeModel;
  readonly isWhole: boolean;
}

/** One model, parameters in general position and a batch of random images: the same on every backend. */
export interface GradientSetting {
  readonly model: GenerativeModel;
  readonly shapes: Shapes;
  readonly vector: Float32Array;
  readonly batch: Batch;
}

/** The loss, as `loss`, and the gradient of every parameter by its path. */
export type GradientValues = ReadonlyMap<string, Float32Array>;

const NAMES = Object.keys(PRESETS) as PresetName[];
const isGrey = (name: PresetName) => PRESETS[name].config.image.channels === 1;

/** Presets for MNIST whose layers others have, too. */
const ALIKE: readonly PresetName[] = ['mnist-diagonal-bilstm-classes', 'mnist-multi-scale', 'mnist-order-mixture'];
const isSmall = (name: PresetName) => isGrey(name) && !ALIKE.includes(name);

/** Every preset; of those for colour images, and of {@link ALIKE}, the same network with fewer and narrower layers on smaller images. */
export const PRESET_CASES = NAMES.map((name) => presetCase(name, isSmall(name)));

/** The same for a GPU in software, where a network of wide convolutions in its own size takes minutes. */
const WIDE: readonly string[] = ['gatedPixelCnn', 'pixelCnnPp'];
export const SOFTWARE_CASES = NAMES.map((name) =>
  presetCase(name, isSmall(name) && !WIDE.includes(PRESETS[name].config.system)),
);

function presetCase(name: PresetName, isWhole: boolean): PresetCase {
  if (isWhole) return { title: name, model: presetModel(name), isWhole };
  return { title: `${name}, reduced`, model: presetModel(name, reduced(PRESETS[name].config)), isWhole };
}

type Config = JsonObject & { readonly system: string; readonly image: JsonObject };

function reduced(config: Config): JsonObject {
  const { system, image: whole, resnets, small, large, of } = config;
  const image = (height: number, width: number) => ({ ...whole, height, width });
  const sizes = { layers: 3, head: 96 };
  const narrow = (network: unknown) => ({ ...(network as JsonObject), ...sizes, hidden: 24 });
  if (system === 'pixelCnnPp')
    return { image: image(8, 7), filters: 24, resnets: Math.min(2, Number(resnets)), dropout: 0 };
  if (system === 'multiScale') return { image: image(8, 8), channels: 8, small: narrow(small), large: narrow(large) };
  if (system === 'orderMixture') return { image: image(8, 8), of: narrow(of) };
  if (system === 'pixelVae') return { image: image(16, 16), ...reducedLatents(config) };
  return { image: image(8, 7), ...sizes, [system === 'gatedPixelCnn' ? 'channels' : 'hidden']: 24 };
}

/** A PixelVAE with as many layers of mappings, all narrow, and a small decoder. */
function reducedLatents({ latents, encoder, upsampler, prior, decoder }: JsonObject): JsonObject {
  const narrow = (mapping: unknown) => {
    const { name, config } = mapping as { name: string; config: { layers: [number, number][] } };
    return { name, config: { ...config, layers: config.layers.map(([, stride]) => [16, stride]) } };
  };
  const levels = prior as (JsonObject & { readonly encoder: JsonObject }) | undefined;
  return {
    latents: typeof latents === 'number' ? 8 : [4, 4, 4],
    encoder: narrow(encoder),
    ...(upsampler !== undefined && { upsampler: narrow(upsampler), features: 16 }),
    ...(levels && { prior: { ...levels, top: 8, encoder: narrow(levels.encoder), channels: 16, head: 16 } }),
    decoder: { ...(decoder as JsonObject), layers: 2, channels: 24, head: 48 },
  };
}

/** The setting of a seed, with so many images. */
export async function gradientSetting(
  { title, model }: Pick<PresetCase, 'title' | 'model'>,
  seed: number,
  count: number,
): Promise<GradientSetting> {
  const { height, width, channels, levels } = model.image;
  const params = await randomParams(model, `${title} ${seed}`);
  const shapes = shapesOf(params);
  const flat = flatten(params);
  const vector = (await flat.data()) as Float32Array;
  tf.dispose([flat, ...leaves<tf.Tensor>(params).map(([, tensor]) => tensor)]);
  const source = rng(`${title} ${seed}`).fork('batch');
  const images = Float32Array.from({ length: count * height * width * channels }, () =>
    Math.floor(source.uniform() * levels),
  );
  return { model, shapes, vector, batch: { images, ...conditionsOf(model, count), count } };
}

/**
 * The mean nats of the batch and their gradients, on the active backend.
 * @param fused with the kernels of ours that it has, else in plain operations
 */
export async function lossAndGradients(
  { model, shapes, vector, batch }: GradientSetting,
  { fused }: { readonly fused: boolean },
): Promise<GradientValues> {
  const compute = () =>
    tf.tidy(() => {
      const { images, context } = batchTensors(model, batch);
      const nats = (params: tf.Tensor) =>
        tf.mean(model.nats(unflatten(params as tf.Tensor1D, shapes), images, context)) as tf.Scalar;
      const { value, grad } = tf.valueAndGrad(nats)(tf.tensor1d(vector));
      return [value, grad];
    });
  const tensors = fused ? compute() : withoutFusedKernels(compute);
  const [loss, gradient] = (await Promise.all(tensors.map((tensor) => tensor.data()))) as Float32Array[];
  tf.dispose(tensors);
  const result = new Map([['loss', loss]]);
  let at = 0;
  for (const [path, shape] of leaves<readonly number[]>(shapes)) {
    const end = at + sizeOf(shape);
    result.set(path, gradient.subarray(at, end));
    at = end;
  }
  return result;
}
