import type { StartBackend } from './backend.ts';

/** Native TensorFlow through tfjs-node, in Node only. */
export const startTensorflow: StartBackend = async ({ threads }) => {
  if (typeof process === 'undefined' || !process.versions?.node) throw new Error('native TensorFlow needs Node.js');
  const { loadTensorflow } = await import('../tensorflow/load.ts');
  const { registerTensorflowKernels } = await import('../tensorflow/register.ts');
  const loaded = await loadTensorflow({ threads });
  const started = { version: loaded.tensorflow, detail: `${loaded.device}, ${loaded.path}` };
  // Our operations compute on the CPU: on a GPU every one of them would fetch its tensors from there and send its results back.
  if (loaded.device === 'gpu') return started;
  if ('absent' in loaded.addon) return { ...started, notFused: loaded.addon.absent, remedy: loaded.addon.remedy };
  registerTensorflowKernels();
  return started;
};
