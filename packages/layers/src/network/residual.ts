import { type Layer, openInKernels, type Params, preparedInKernels } from '@pixelrnn/core';
import { kernels } from '@pixelrnn/kernels';
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
      preparedInKernels({ name: 'residual', inputs: layer.inputs }, (packed) => {
        const inner = packed.own(layer.prepare(weights));
        return (frame, context, memory) => {
          const steps = openInKernels(inner, frame, context, memory);
          const output = memory.floats(frame.batch * layer.outputs.here);
          return {
            beginRow: (row, above) => steps.beginRow(row, above),
            at(column, here) {
              const [y, { pointer, length }] = [steps.at(column, here), output];
              kernels().add(y.pointer, length, here.pointer, length, pointer, length, 1, length);
              return output;
            },
            advance: (column, here, isSeen) => steps.advance(column, here, isSeen),
          };
        };
      }),
  };
}

/** `residual` from its stored config. */
export const residualFrom = ({ layer }: ResidualOptions, build: BuildLayer): Layer => residual(build(layer));
