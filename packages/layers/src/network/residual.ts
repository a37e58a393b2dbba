import type { Layer } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { tidyFeatures } from '../tidy-features.ts';
import { type BuildLayer, type LayerConfig, layerConfig } from './layer-config.ts';

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
      const size = frame.batch * layer.outputs.here;
      const [input, output] = [new Float32Array(size), new Float32Array(size)];
      return {
        beginRow: (above) => stream.beginRow(above),
        at(here) {
          input.set(here);
          stream.at(input).forEach((value, i) => {
            output[i] = value + input[i];
          });
          return output;
        },
        advance: (here) => stream.advance(here),
        dispose: () => stream.dispose(),
      };
    },
  };
}

/** `residual` from its stored config. */
export const residualFrom = ({ layer }: ResidualOptions, build: BuildLayer): Layer => residual(build(layer));
