import { canShareMemory, withSharedMemory } from '@pixelrnn/kernels';

/** The functions of `WebAssembly` through which a module comes in. */
interface Instantiating {
  instantiate(module: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports): Promise<unknown>;
  instantiateStreaming?: unknown;
}

/**
 * Starts what brings its own WebAssembly, with the memory of that shared with workers, where they can be had. TensorFlow.js has no seam for its memory,
 * so one bit of its module is changed on the way in; its own build with threads, which it takes on pages that allow them, spreads none of our kernels.
 */
export async function inSharedMemory<T>(start: () => Promise<T>): Promise<T> {
  if (!canShareMemory()) return start();
  const assembly = WebAssembly as unknown as Instantiating;
  const { instantiate, instantiateStreaming } = assembly;
  assembly.instantiate = (module, imports) =>
    instantiate.call(WebAssembly, module instanceof WebAssembly.Module ? module : shared(module), imports);
  assembly.instantiateStreaming = undefined; // whoever misses it reads the bytes first
  try {
    return await start();
  } finally {
    Object.assign(assembly, { instantiate, instantiateStreaming });
  }
}

function shared(module: BufferSource): BufferSource {
  const bytes = ArrayBuffer.isView(module)
    ? new Uint8Array(module.buffer, module.byteOffset, module.byteLength)
    : new Uint8Array(module);
  return withSharedMemory(bytes) ?? module;
}
