import type { StartBackend } from './backend.ts';

/** Native TensorFlow through tfjs-node, in Node only. */
export const startTensorflow: StartBackend = async ({ threads }) => {
  if (typeof process === 'undefined' || !process.versions?.node) throw new Error('native TensorFlow needs Node.js');
  const { loadTensorflow } = await import('../tensorflow/load.ts');
  const { registerTensorflowKernels } = await import('../tensorflow/register.ts');
  const loaded = await loadTensorflow({ threads });
  const started = { version: loaded.tensorflow, detail: `${loaded.device}, ${loaded.path}` };
  if ('absent' in loaded.addon) return { ...started, notFused: loaded.addon.absent, remedy: loaded.addon.remedy };
  registerTensorflowKernels();
  return started;
};
