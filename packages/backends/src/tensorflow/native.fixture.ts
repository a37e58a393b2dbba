import { reportMissing } from '../../../../scripts/lib/required.mjs';
import type { NativeAddon } from './addon.ts';
import { hasTensorflow, type LoadedTensorflow, loadTensorflow } from './load.ts';
import { registerTensorflowKernels } from './register.ts';

export type Native =
  | { readonly tensorflow: LoadedTensorflow; readonly addon: NativeAddon }
  | { readonly absent: string };

/** Native TensorFlow with its fused kernels, for tests that can only run with them, or why there is none. */
export async function nativeTensorflow(): Promise<Native> {
  if (!hasTensorflow()) return without('TensorFlow is not set up');
  const tensorflow = await loadTensorflow({ threads: 1 });
  if ('absent' in tensorflow.addon) return without(tensorflow.addon.absent);
  registerTensorflowKernels();
  return { tensorflow, addon: tensorflow.addon.native };
}

function without(absent: string) {
  reportMissing('tensorflow', absent);
  return { absent };
}
