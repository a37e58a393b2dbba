export { type CompleteOptions, type Completions, complete } from './complete.ts';
export * from './draw.ts';
export * from './interpolate.ts';
export type { Known } from './known.ts';
export { type Conditionals, naive } from './naive.ts';
export { sample } from './sample.ts';
export * from './sample-naive.ts';
export { noiseOf, PIXELS, SAMPLE_DEFAULTS, type SampleOptions, type Samples } from './sample-options.ts';
export { type Choose, type WalkOptions, type WalkSource, type WalkStream, walk } from './walk.ts';
