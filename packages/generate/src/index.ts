export * from './draw.ts';
export { SAMPLE_DEFAULTS, type SampleOptions, type Samples } from './plan.ts';
export { sample } from './sample.ts';
export * from './sample-naive.ts';
