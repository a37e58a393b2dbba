export * from './create-model.ts';
export * from './gated-pixel-cnn.ts';
export * from './image-model.ts';
export type { SystemOptions } from './options.ts';
export * from './pixel-cnn.ts';
export * from './pixel-cnn-pp.ts';
export * from './pixel-rnn.ts';
export * from './presets.ts';
