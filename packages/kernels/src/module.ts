/** Bytes of stack that an instance needs; the largest frames are tiles of a few hundred bytes. */
export const STACK_BYTES = 65536;

/** Compiles a module embedded as base64. Synchronous: browsers allow that for modules of this size. */
export function compile(base64: string): WebAssembly.Module {
  return new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

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
  // Compiled code indexes vectors on the stack by bitwise or: a stack that is not aligned to 16 bytes gives wrong lanes.
  (exports.__stack_pointer as WebAssembly.Global).value = (stack + STACK_BYTES) & ~15;
  return exports;
}
