export * from './draw.ts';
export { sample } from './sample.ts';
export * from './sample-naive.ts';
export { SAMPLE_DEFAULTS, type SampleOptions, type Samples } from './sample-options.ts';
