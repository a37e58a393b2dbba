export * from './create-model.ts';
export * from './gated-pixel-cnn.ts';
export * from './image-model.ts';
export * from './lstm-models.ts';
export * from './pixel-cnn.ts';
export * from './presets.ts';
export { likelihoodOf } from './residual-network.ts';
