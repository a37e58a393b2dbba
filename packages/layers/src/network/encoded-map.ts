import {
  type Context,
  type Host,
  type Layer,
  type Mapping,
  type NamedConfig,
  namedConfig,
  openInKernels,
  type Params,
  preparedInKernels,
  wantConditions,
  wantHostConditions,
} from '@pixelrnn/core';
import type * as tf from '@tensorflow/tfjs-core';
import { createMapping } from '../mapping/registry.ts';
import { tidyFeatures } from '../tidy-features.ts';
import { type BuildLayer, type LayerConfig, layerConfig } from './layer-config.ts';

type StoredEncodedMap = { readonly network: LayerConfig; readonly encoder: NamedConfig };

/** Where the encoder's parameters lie among the network's. */
const ENCODER = 'mapEncoder';

/**
 * A network that reads a map y as an encoder m shows it (Gated PixelCNN §2.3):
 *
 *   y [H, W, D] ── m ── s [H, W, C] ── 1×1 ── every layer of the network
 *
 * All of y is known before the first pixel, so m need not be causal: a pixel sees what lies around it in y in all directions, where y itself, read by
 * layers that look up and left, would show it nothing of what lies below and to the right. The network's parameters stand beside the encoder's.
 *
 * @throws if the encoder does not give the map that the network reads
 */
export function encodedMap(network: Layer, encoder: Mapping): Layer {
  const name = 'encodedMap';
  const [height, width, channels] = encoder.inputs;
  const conditions = { ...network.conditions, map: channels };
  if (network.conditions?.map === undefined)
    throw new Error(`${name}: wanted a network that reads a map, got ${network.name}`);
  const wanted = [height, width, network.conditions.map];
  if (String(encoder.outputs) !== String(wanted))
    throw new Error(
      `${name}: wanted an encoder to a map [${wanted}], as ${network.name} reads it, got ${encoder.name} of [${encoder.inputs}] → [${encoder.outputs}]`,
    );

  function told(params: Params, images: tf.Tensor4D, context: Context | undefined): Context {
    wantConditions(name, conditions, { batch: images.shape[0], height, width }, context);
    return { ...context, map: encoder.apply(params[ENCODER] as Params, context!.map!) as tf.Tensor4D };
  }

  return {
    name,
    config: { network: layerConfig(network), encoder: namedConfig(encoder) },
    inputs: network.inputs,
    outputs: network.outputs,
    conditions,
    init: (rng) => ({ ...network.init(rng), [ENCODER]: encoder.init(rng.fork(ENCODER)) }),
    apply: (params, x, context) => tidyFeatures(() => network.apply(params, x, told(params, x.here, context))),
    ...(network.calibrate && {
      calibrate(params: Params, x, context) {
        const calibrated = network.calibrate!(params, x, told(params, x.here, context));
        return { ...calibrated, params: { ...params, ...calibrated.params } };
      },
    }),
    prepare: (weights) =>
      preparedInKernels({ name, inputs: network.inputs }, (packed) => {
        const inner = packed.own(network.prepare(weights));
        const shown = packed.own(encoder.prepare(weights[ENCODER] as Host));
        return (frame, context, memory) => {
          wantHostConditions(name, conditions, { batch: frame.batch, height, width }, context);
          return openInKernels(inner, frame, { ...context, map: shown.run(context.map!, frame.batch) }, memory);
        };
      }),
  };
}

/** `encodedMap` from its stored config. */
export const encodedMapFrom = ({ network, encoder }: StoredEncodedMap, build: BuildLayer): Layer =>
  encodedMap(build(network), createMapping(encoder));
