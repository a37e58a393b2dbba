import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { startWebgpu } from '../start/webgpu.ts';

/** Where Debian's Chromium keeps its software implementation of Vulkan. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Starts WebGPU for tests that can only run with it, or tells why there is none. Without a GPU a software implementation of Vulkan does:
 * the one of Chromium is taken if it is there and no other is named.
 */
export async function webgpuForTests(): Promise<{ readonly detail: string } | { readonly absent: string }> {
  if (existsSync(SWIFTSHADER)) process.env.VK_ICD_FILENAMES ??= SWIFTSHADER;
  try {
    const { detail } = await startWebgpu({});
    return { detail };
  } catch (error) {
    return { absent: (error as Error).message };
  } finally {
    await tf.setBackend('cpu');
  }
}
