import { expect, it } from 'vitest';
import { canShareMemory, withSharedMemory } from './shared-memory.ts';

const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];
/** `env.memory` of 1 to 2 pages, after a function `a.f`, a table of 1 to 3 and a global of `env`. */
const IMPORTS = [
  ...[1, 4, 1, 96, 0, 0], // the type of f
  ...[2, 42, 4, 1, 97, 1, 102, 0, 0],
  ...[3, 101, 110, 118, 1, 116, 1, 112, 1, 1, 3],
  ...[3, 101, 110, 118, 1, 103, 3, 127, 1],
  ...[3, 101, 110, 118, 6, 109, 101, 109, 111, 114, 121, 2, 1, 1, 2],
];
const shared = (module: readonly number[], whose: 'own' | 'imported') =>
  withSharedMemory(Uint8Array.from([...HEADER, ...module]), whose);

it('shares an imported memory, whatever is imported before it', () => {
  const module = new WebAssembly.Module(shared(IMPORTS, 'imported')!);
  const env = {
    t: new WebAssembly.Table({ element: 'anyfunc', initial: 1, maximum: 3 }),
    g: new WebAssembly.Global({ value: 'i32', mutable: true }, 0),
  };
  const instantiate = (isShared: boolean) => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: isShared });
    return () => new WebAssembly.Instance(module, { a: { f() {} }, env: { ...env, memory } });
  };
  expect(instantiate(true)).not.toThrow();
  expect(instantiate(false)).toThrow(/shared/);
});

it('shares a memory of the module, of which the original is left alone', () => {
  const module = Uint8Array.from([...HEADER, 5, 4, 1, 1, 1, 2, 7, 5, 1, 1, 109, 2, 0]);
  const bufferOf = (bytes: BufferSource) =>
    (new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.m as WebAssembly.Memory).buffer;
  expect(bufferOf(withSharedMemory(module, 'own')!)).toBeInstanceOf(SharedArrayBuffer);
  expect(bufferOf(module)).toBeInstanceOf(ArrayBuffer);
});

it('leaves a memory without a maximum, which cannot be shared, and a module without a memory', () => {
  expect(shared([5, 3, 1, 0, 1], 'own')).toBeUndefined();
  for (const whose of ['own', 'imported'] as const) expect(shared([1, 4, 1, 96, 0, 0], whose)).toBeUndefined();
  expect(shared(IMPORTS, 'own')).toBeUndefined();
});

it('leaves what is no module, or is cut anywhere', () => {
  const page = new TextEncoder().encode('<!doctype html><title>not found</title>');
  expect(withSharedMemory(page, 'own')).toBeUndefined();
  const module = Uint8Array.from([...HEADER, ...IMPORTS]);
  for (let length = 0; length < module.length - 3; length++)
    expect(withSharedMemory(module.subarray(0, length), 'imported')).toBeUndefined();
});

it('can share memory in Node', () => {
  expect(canShareMemory()).toBe(true);
});
