// `#native` in a bundle for browsers: bundlers follow every import, also one that no page asks for.
import type { StartBackend } from './start/backend.ts';

export const startTensorflow: StartBackend = async () => {
  throw new Error('native TensorFlow needs Node.js');
};
