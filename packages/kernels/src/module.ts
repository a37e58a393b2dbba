/** Bytes of stack that an instance needs; the largest frames are tiles of a few hundred bytes. */
export const STACK_BYTES = 65536;

/** The bytes of a module embedded as base64. */
export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** Compiles a module embedded as base64. Synchronous: browsers allow that for modules of this size. */
export const compile = (base64: string): WebAssembly.Module => new WebAssembly.Module(bytesOf(base64));

/**
 * One instance of a module inside a memory that belongs to someone else. The modules have no data of their own; their stack
 * pointer is an exported global, set here to the upper end of `stack` (a block of `STACK_BYTES`).
 */
export function instantiate(
  module: WebAssembly.Module,
  stack: number,
  env: WebAssembly.ModuleImports & { memory: WebAssembly.Memory },
): WebAssembly.Exports {
  const { exports } = new WebAssembly.Instance(module, { env });
  (exports.__stack_pointer as WebAssembly.Global).value = stackEnd(stack);
  return exports;
}

/** Where the stack in a block of `STACK_BYTES` begins. Compiled code indexes vectors there by bitwise or: unaligned to 16 bytes, lanes would be wrong. */
export const stackEnd = (stack: number): number => (stack + STACK_BYTES) & ~15;
