export * from './contract/check-batch.ts';
export * from './contract/check-calibration.ts';
export * from './contract/check-causality.ts';
export * from './contract/check-completion.ts';
export * from './contract/check-conditions.ts';
export * from './contract/check-config.ts';
export * from './contract/check-gradient-causality.ts';
export { checkGradients, GRADIENT_TOLERANCE } from './contract/check-gradients.ts';
export * from './contract/check-labels.ts';
export * from './contract/check-latents.ts';
export * from './contract/check-memory.ts';
export * from './contract/check-nats.ts';
export * from './contract/check-nats-gradients.ts';
export * from './contract/check-normalization.ts';
export * from './contract/check-order.ts';
export * from './contract/check-sampling.ts';
export { checkSeeds } from './contract/check-seeds.ts';
export * from './contract/check-shapes.ts';
export * from './contract/check-stream.ts';
export * from './contract/chi-square.ts';
export { type Conditioned, conditionsFor } from './contract/features.ts';
export * from './contract/layer-contract.ts';
export * from './contract/mapping-contract.ts';
export * from './contract/model-as-layer.ts';
export * from './contract/model-contract.ts';
export { allImages, MODEL_CHECK_DEFAULTS, type ModelCheckOptions, type Sampler } from './contract/model-setting.ts';
export { randomParams } from './contract/random-params.ts';
export type { Runner } from './contract/runner.ts';
export { LAYER_CHECK_DEFAULTS, type LayerCheckOptions } from './contract/setting.ts';
export { mayDepend, type Site, siteName } from './contract/sites.ts';
export * from './contract/unseen.ts';
export {
  RECEPTIVE_FIELD_DEFAULTS,
  type ReceptiveField,
  type ReceptiveFieldOptions,
  receptiveField,
} from './field/receptive-field.ts';
export * from './relative-error.ts';
