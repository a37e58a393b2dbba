export { SetupError } from '@pixelrnn/files';
export { checkTensorflow } from './setup/check-tensorflow.ts';
export { setupTensorflow } from './setup/setup-tensorflow.ts';
