import { expect, it } from 'vitest';
import { createStackMemory } from './stack-memory.ts';

it('gives aligned blocks that do not overlap, and never address 0', () => {
  const { allocate } = createStackMemory();
  expect([allocate(1), allocate(65), allocate(0), allocate(4)]).toEqual([64, 128, 256, 256]);
});

it('copies values in and out, across a growth of the memory', () => {
  const { push, copy, allocate, memory } = createStackMemory();
  const part = new Float32Array([9, 1, 2, 3, 9]).subarray(1, 4);
  const pointer = push(part);
  const before = memory.buffer;
  allocate(1 << 20);
  expect(before.byteLength).toBe(0); // detached
  expect(copy(pointer, 3)).toEqual(new Float32Array([1, 2, 3]));
  expect(new Int32Array(memory.buffer, push(Int32Array.of(-7)), 1)[0]).toBe(-7);
});

it('gives back what a scope has taken, after an error too', () => {
  const { allocate, scope } = createStackMemory();
  const first = allocate(64);
  const inside = scope(() => allocate(1000));
  const fail = () =>
    scope(() => {
      allocate(1000);
      throw new Error('inside');
    });
  expect(fail).toThrow('inside');
  expect([first, inside, allocate(64)]).toEqual([64, 128, 128]);
});

it('refuses more than 4 GiB', () => {
  const { allocate } = createStackMemory();
  expect(() => allocate(2 ** 32)).toThrow(RangeError);
});
