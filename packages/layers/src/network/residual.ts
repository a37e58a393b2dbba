import type { Layer } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { tidyFeatures } from '../tidy-features.ts';
import { type BuildLayer, type LayerConfig, layerConfig } from './layer-config.ts';
import { remember } from './sequential.ts';

export type ResidualOptions = { readonly layer: LayerConfig };

/**
 * y = x + layer(x) on `here`; `above` is what the layer makes of it. For layers of your own: the library's blocks add their residual
 * themselves. Never around a layer with mask A: its input is the pixel that it hides.
 */
export function residual(layer: Layer): Layer {
  if (layer.inputs.here !== layer.outputs.here)
    throw new Error(
      `residual: wanted as many outputs as inputs, got ${layer.name} with ${layer.inputs.here} → ${layer.outputs.here}`,
    );
  return {
    name: 'residual',
    config: { layer: layerConfig(layer) },
    inputs: layer.inputs,
    outputs: layer.outputs,
    init: (rng) => layer.init(rng),
    apply: (params, x, context) =>
      tidyFeatures(() => {
        const y = layer.apply(params, x, context);
        return { here: tf.add(x.here, y.here), above: y.above };
      }),
    stream(weights, frame, context) {
      const stream = layer.stream(weights, frame, context);
      let input: Float32Array = new Float32Array(0);
      return {
        beginRow: stream.beginRow,
        at(here) {
          input = remember(input, here);
          const output = stream.at(input);
          for (let i = 0; i < output.length; i++) output[i] += input[i];
          return output;
        },
        advance: stream.advance,
        dispose: stream.dispose,
      };
    },
  };
}

/** `residual` from its stored config. */
export const residualFrom = ({ layer }: ResidualOptions, build: BuildLayer): Layer => residual(build(layer));
