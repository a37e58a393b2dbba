export { checkTensorflow } from './setup/check-tensorflow.ts';
export { SetupError } from './setup/setup-error.ts';
export { setupTensorflow } from './setup/setup-tensorflow.ts';
