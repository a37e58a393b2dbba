import type { Conditions, GenerativeModel, Layer } from '@pixelrnn/core';
import type { LayerCheckOptions } from './setting.ts';

/** What `conditionals` and streams of a model read: what it draws itself beforehand is given to them, too. */
export const pixelConditions = ({ conditions, drawn }: Pick<GenerativeModel, 'conditions' | 'drawn'>): Conditions => ({
  ...conditions,
  ...drawn?.conditions,
});

/**
 * A model seen as a layer, from levels to likelihood parameters, so that every check of a layer serves models too.
 */
export const modelAsLayer = (model: GenerativeModel): Layer => ({
  name: model.name,
  config: model.config,
  inputs: { here: model.image.channels },
  outputs: { here: model.likelihood.outputs },
  conditions: pixelConditions(model),
  init: (rng) => model.init(rng),
  apply: (params, { here }, context) => ({ here: model.conditionals(params, here, context) }),
  prepare: (weights) => model.prepare(weights),
});

/** What a model promises, as a layer: parameters of a colour depend on earlier sub-pixels only. */
export const modelLayerOptions = ({ image, likelihood }: GenerativeModel): LayerCheckOptions => ({
  mask: 'A',
  groups: image.channels,
  outputGroups: likelihood.outputGroups,
  height: image.height,
  width: image.width,
  fixedSize: true,
  levels: image.levels,
});
