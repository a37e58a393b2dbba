import { WASM_BASE64 } from './generated/wasm.ts';

let compiled: WebAssembly.Module | undefined;

/** Bytes of stack that an instance needs; the largest frames are tiles of a few hundred bytes. */
export const STACK_BYTES = 65536;

/**
 * One instance of the kernels inside a memory that belongs to someone else. The module has no data of its own and imports only
 * the memory; its stack pointer is an exported global, set here to the upper end of `stack` (a block of `STACK_BYTES`).
 */
export function instantiate(memory: WebAssembly.Memory, stack: number): WebAssembly.Exports {
  compiled ??= new WebAssembly.Module(decode(WASM_BASE64));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  (exports.__stack_pointer as WebAssembly.Global).value = stack + STACK_BYTES;
  return exports;
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
