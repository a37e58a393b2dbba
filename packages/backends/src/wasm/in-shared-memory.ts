import { canShareMemory, withSharedMemory } from '@pixelrnn/kernels';

/** The functions of `WebAssembly` through which a module comes in. */
interface Instantiating {
  instantiate(module: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports): Promise<unknown>;
  instantiateStreaming?: unknown;
}

/** A function that the module of TensorFlow.js exports: other modules are left alone. */
const MARK = 'register_tensor';

/**
 * Starts the backend `wasm` of TensorFlow.js with its memory shared with workers, where that can be had. There is no seam for its memory, so one bit of
 * its module is changed on the way in, unless the host refuses such a memory. Its own build with threads, which it takes on pages that allow them, spreads
 * none of our kernels.
 */
export async function inSharedMemory<T>(start: () => Promise<T>): Promise<T> {
  if (!canShareMemory()) return start();
  const assembly = WebAssembly as unknown as Instantiating;
  const { instantiate, instantiateStreaming } = assembly;
  const original: Instantiating['instantiate'] = (module, imports) => instantiate.call(WebAssembly, module, imports);
  assembly.instantiate = async (module, imports) => {
    const shared = module instanceof WebAssembly.Module ? undefined : inShared(module);
    if (!shared) return original(module, imports);
    return original(shared, imports).catch(() => original(module, imports));
  };
  assembly.instantiateStreaming = undefined; // whoever misses it reads the bytes first
  try {
    return await start();
  } finally {
    Object.assign(assembly, { instantiate, instantiateStreaming });
  }
}

function inShared(module: BufferSource): Uint8Array<ArrayBuffer> | undefined {
  const bytes = ArrayBuffer.isView(module)
    ? new Uint8Array(module.buffer, module.byteOffset, module.byteLength)
    : new Uint8Array(module);
  if (!new TextDecoder('latin1').decode(bytes).includes(MARK)) return undefined;
  return withSharedMemory(bytes, 'own');
}
