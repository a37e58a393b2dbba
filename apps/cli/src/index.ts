export { EXIT, type Terminal } from '@pixelrnn/shell';
export { run } from './run.ts';
