import {
  childContext,
  type Features,
  type Host,
  type KernelSteps,
  type Layer,
  mergeConditions,
  openInKernels,
  type Params,
  type Prepared,
  preparedInKernels,
  type Widths,
} from '@pixelrnn/core';
import type { Arena, Floats } from '@pixelrnn/kernels';
import type * as tf from '@tensorflow/tfjs-core';
import { tidyFeatures } from '../tidy-features.ts';
import { type BuildLayer, type LayerConfig, layerConfig } from './layer-config.ts';

export type SequentialOptions = { readonly layers: readonly LayerConfig[] };

/** The key of a layer's parameters in a chain: `3-rowLstm`. */
export const layerKey = (layer: Layer, index: number): string => `${index}-${layer.name}`;

/** Layers one after the other. */
export function sequential(layers: readonly Layer[]): Layer {
  const outputs = checkChain('sequential', layers);
  return {
    name: 'sequential',
    config: { layers: layers.map(layerConfig) },
    inputs: layers[0].inputs,
    outputs,
    conditions: mergeConditions(
      'sequential',
      layers.map(({ conditions }) => conditions),
    ),
    init: (rng) => Object.fromEntries(layers.map((layer, i) => [layerKey(layer, i), layer.init(rng.fork(i))])),
    apply: (params, x, context) =>
      tidyFeatures(() =>
        layers.reduce((maps: Features<tf.Tensor4D>, layer, i) => {
          return layer.apply(params[layerKey(layer, i)] as Params, maps, childContext(context, i));
        }, x),
      ),
    calibrate: calibrateChain(layers),
    prepare: (weights) =>
      preparedInKernels({ name: 'sequential', inputs: layers[0].inputs }, (packed) => {
        const chain = prepareChain(layers, weights, packed);
        return (frame, context, memory) =>
          chainSteps(chain.map((layer) => openInKernels(layer, frame, context, memory)));
      }),
  };
}

/** `sequential` from its stored config. */
export const sequentialFrom = ({ layers }: SequentialOptions, build: BuildLayer): Layer =>
  sequential(layers.map(build));

/**
 * Checks that every layer gets the maps that it wants, and says what comes out at the end. A layer of one map hands `above` through.
 */
export function checkChain(who: string, layers: readonly Layer[]): Widths {
  if (layers.length === 0) throw new Error(`${who}: wanted at least one layer, got none`);
  return layers.reduce((maps: Widths, { name, inputs, outputs }, i) => {
    if (maps.here !== inputs.here || (inputs.above !== undefined && maps.above !== inputs.above))
      throw new Error(`${who}: ${name} (layer ${i}) wants ${widths(inputs)}, but gets ${widths(maps)}`);
    return { here: outputs.here, above: outputs.above ?? maps.above };
  }, layers[0].inputs);
}

const widths = ({ here, above }: Widths): string =>
  above === undefined ? `${here} channels` : `${here} channels and ${above} above`;

/** Layers made ready one after the other, as `sequential` keeps their parameters. */
export const prepareChain = (layers: readonly Layer[], weights: Host, packed: Arena): Prepared[] =>
  layers.map((layer, i) => packed.own(layer.prepare(weights[layerKey(layer, i)] as Host)));

/**
 * Steps one after the other. A later layer is advanced with the input that it saw last: that is final, since no layer of a causal
 * network shows a colour group its own value at the pixel.
 *
 * @param onOutput told what each gives at a pixel
 */
export function chainSteps(
  chain: readonly KernelSteps[],
  onOutput: (column: number, output: Floats, index: number) => void = () => {},
): KernelSteps {
  const seen: Floats[] = [];
  return {
    beginRow: (row, above) => chain.reduce((x: Floats | undefined, steps) => steps.beginRow(row, x), above),
    at(column, here) {
      let x = here;
      for (let i = 0; i < chain.length; i++) {
        seen[i] = x;
        x = chain[i].at(column, x);
        onOutput(column, x, i);
      }
      return x;
    },
    advance(column, here, isSeen) {
      for (let i = 0; i < chain.length; i++)
        if (i === 0) chain[i].advance(column, here, isSeen);
        else chain[i].advance(column, seen[i], true);
    },
  };
}

/** {@link Layer.calibrate} of a chain, each layer on what the ones before it give then; absent where no layer has it. */
export function calibrateChain(layers: readonly Layer[]): Layer['calibrate'] {
  if (!layers.some((layer) => layer.calibrate)) return undefined;
  return (params, x, context) => {
    let y = x;
    const calibrated = { ...params };
    layers.forEach((layer, i) => {
      const [key, own] = [layerKey(layer, i), childContext(context, i)];
      const start = params[key] as Params;
      const result = layer.calibrate?.(start, y, own) ?? { params: start, y: layer.apply(start, y, own) };
      calibrated[key] = result.params;
      y = result.y;
    });
    return { params: calibrated, y };
  };
}
