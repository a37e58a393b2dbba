// `#native`: what only Node has.
export { startTensorflow } from './start/tensorflow.ts';
