import { type OracleContext, oracleConditions } from './conditions.ts';
import { type OracleLayerSpec, type OracleParams, runLayer } from './layer.ts';
import { oracleBernoulliNats, oracleCategoricalNats, oracleLogisticMixtureNats } from './likelihood.ts';
import { type OracleFrame, type OracleMap, type OracleValues, oracleMap } from './map.ts';

const LIKELIHOODS = {
  bernoulli: oracleBernoulliNats,
  categorical: oracleCategoricalNats,
  logisticMixture: oracleLogisticMixtureNats,
} as const;

/** A network over images whose sub-pixels hold the levels 0 … levels−1. */
export interface OracleModel {
  readonly levels: number;
  readonly network: OracleLayerSpec;
  readonly likelihood: keyof typeof LIKELIHOODS;
}

/**
 * The likelihood parameters of every pixel: levels v are scaled to 2v / (levels − 1) − 1 and run through the network.
 * [batch, height, width, channels] → [batch, height, width, parameters], flat.
 */
export function oracleConditionals(
  model: OracleModel,
  params: OracleParams,
  images: OracleValues,
  dims: OracleFrame,
  context?: OracleContext,
): Float64Array {
  return conditionals(model, params, oracleMap(images, dims), context).values;
}

/** −log p of each image in nats, [batch]. */
export function oracleNats(
  model: OracleModel,
  params: OracleParams,
  images: OracleValues,
  dims: OracleFrame,
  context?: OracleContext,
): Float64Array {
  const map = oracleMap(images, dims);
  const parameters = conditionals(model, params, map, context);
  return LIKELIHOODS[model.likelihood](parameters, map, model.levels);
}

function conditionals(
  { levels, network }: OracleModel,
  params: OracleParams,
  images: OracleMap,
  context?: OracleContext,
): OracleMap {
  return runLayer(network, params, { here: oracleScaled(images, levels) }, oracleConditions(context, images)).here;
}

/** Levels 0 … levels−1 as numbers from −1 to 1. */
export const oracleScaled = (images: OracleMap, levels: number): OracleMap => ({
  ...images,
  values: images.values.map((level) => (2 * level) / (levels - 1) - 1),
});
