import type { Features, JsonObject, Tree } from '@pixelrnn/core';
import { type OracleConditions, type OracleContext, oracleConditions } from './conditions.ts';
import { oracleDiagonalBiLstm } from './diagonal-bilstm.ts';
import { oracleGatedConv2d } from './gated-conv2d.ts';
import { addMaps, type OracleAffine, type OracleFrame, type OracleMap, type OracleValues, oracleMap } from './map.ts';
import { oracleMaskedConv2d } from './masked-conv2d.ts';
import { oraclePixelCnnBlock } from './pixel-cnn-block.ts';
import { oracleRowLstm } from './row-lstm.ts';
import { oracleTwoStream } from './two-stream.ts';

/** What a layer of `@pixelrnn/layers` is saved as. */
export interface OracleLayerSpec {
  readonly name: string;
  readonly config: JsonObject;
}

/** A tree of flat parameters, as `toHost` gives. */
export type OracleParams = Tree<OracleValues>;

type Run = (
  config: JsonObject,
  params: OracleParams,
  x: Features<OracleMap>,
  conditions: OracleConditions,
) => Features<OracleMap>;

/** Lifts a layer of one map; `above` passes by. Configurations and parameters are taken as the layers document them. */
const plain =
  <C, P>(layer: (config: C, params: P, x: OracleMap, conditions: OracleConditions) => OracleMap): Run =>
  (config, params, x, conditions) => ({
    ...x,
    here: layer(config as unknown as C, params as unknown as P, x.here, conditions),
  });

const twoStacks =
  <C, P>(
    layer: (config: C, params: P, x: Features<OracleMap>, conditions: OracleConditions) => Features<OracleMap>,
  ): Run =>
  (config, params, x, conditions) =>
    layer(config as unknown as C, params as unknown as P, x, conditions);

const layersOf = (config: JsonObject) => config.layers as unknown as OracleLayerSpec[];
const paramsOf = (params: OracleParams, index: number, name: string) => params[`${index}-${name}`] as OracleParams;

/** A chain of layers; parameters under `${index}-${name}`. */
const sequential: Run = (config, params, x, conditions) =>
  layersOf(config).reduce(
    (features, layer, index) => runLayer(layer, paramsOf(params, index, layer.name), features, conditions),
    x,
  );

/** A layer plus its input; parameters are the layer's. */
const residual: Run = (config, params, x, conditions) => {
  const y = runLayer(config.layer as unknown as OracleLayerSpec, params, x, conditions);
  return { ...y, here: addMaps(y.here, x.here) };
};

/** A chain of layers whose outputs are each projected (1×1, mask B) and summed; projections under `${index}-skip`. */
const skipSum: Run = (config, params, x, conditions) => {
  const projection = { kernel: [1, 1], mask: 'B', groups: config.groups as number | undefined } as const;
  let features = x;
  const parts = layersOf(config).map((layer, index) => {
    features = runLayer(layer, paramsOf(params, index, layer.name), features, conditions);
    const weights = paramsOf(params, index, 'skip') as unknown as OracleAffine;
    return oracleMaskedConv2d(projection, weights, features.here);
  });
  return { ...features, here: parts.reduce(addMaps) };
};

const LAYERS: Readonly<Record<string, Run>> = {
  maskedConv2d: plain(oracleMaskedConv2d),
  pixelCnnBlock: plain(oraclePixelCnnBlock),
  rowLstm: plain(oracleRowLstm),
  diagonalBiLstm: plain(oracleDiagonalBiLstm),
  gatedConv2d: twoStacks(oracleGatedConv2d),
  twoStream: twoStacks(oracleTwoStream),
  sequential,
  residual,
  skipSum,
};

/** The layers that {@link oracleLayer} knows. */
export const ORACLE_LAYERS: readonly string[] = Object.keys(LAYERS);

/** Runs one saved layer on maps. */
export function runLayer(
  { name, config }: OracleLayerSpec,
  params: OracleParams,
  x: Features<OracleMap>,
  conditions: OracleConditions = {},
): Features<OracleMap> {
  const run = LAYERS[name];
  if (!run) throw new Error(`oracleLayer: wanted one of ${ORACLE_LAYERS.join(', ')}, got ${name}`);
  return run(config, params, x, conditions);
}

/**
 * The reference of any layer of `@pixelrnn/layers`, by name: plain loops in float64, written from the papers' equations, sharing no
 * code with the layers.
 *
 * @param params flat row-major parameters in the shapes that the layer documents (`toHost` gives such a tree)
 * @param x `here` and, for later layers of a two-stack network, `above`: [batch, height, width, channels], flat
 * @param context what the images are conditioned on, flat
 * @returns the layer's outputs, flat
 */
export function oracleLayer(
  name: string,
  config: JsonObject,
  params: OracleParams,
  x: Features<OracleValues>,
  dims: OracleFrame,
  context?: OracleContext,
): Features<Float64Array> {
  const features = { here: oracleMap(x.here, dims), above: x.above && oracleMap(x.above, dims) };
  const { here, above } = runLayer({ name, config }, params, features, oracleConditions(context, dims));
  return { here: here.values, above: above?.values };
}
