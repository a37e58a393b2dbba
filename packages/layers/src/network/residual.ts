import { type Layer, type Params, prepared } from '@pixelrnn/core';
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
    conditions: layer.conditions,
    init: (rng) => layer.init(rng),
    apply: (params, x, context) =>
      tidyFeatures(() => {
        const y = layer.apply(params, x, context);
        return { here: tf.add(x.here, y.here), above: y.above };
      }),
    ...(layer.calibrate && {
      calibrate(start: Params, x, context) {
        const { params, y } = layer.calibrate!(start, x, context);
        return { params, y: { here: tf.add(x.here, y.here) as tf.Tensor4D, above: y.above } };
      },
    }),
    prepare: (weights) =>
      prepared({ name: 'residual', inputs: layer.inputs }, (packed) => {
        const inner = packed.own(layer.prepare(weights));
        return (frame, context, memory) => {
          const stream = memory.own(inner.open(frame, context));
          const output = new Float32Array(frame.batch * layer.outputs.here);
          return {
            beginRow: (row, above) => stream.beginRow(row, above),
            at(column, here) {
              const y = stream.at(column, here);
              for (let i = 0; i < output.length; i++) output[i] = y[i] + here[i];
              return output;
            },
            advance: (column, here) => stream.advance(column, here),
          };
        };
      }),
  };
}

/** `residual` from its stored config. */
export const residualFrom = ({ layer }: ResidualOptions, build: BuildLayer): Layer => residual(build(layer));
