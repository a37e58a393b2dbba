import { expect, test } from 'vitest';
import { createAllocator } from './allocator.ts';
import { floats, floatsOf } from './floats.ts';
import { heapInUse } from './heap.ts';

test('floats are zero, aligned, and reused after free', () => {
  const a = floats(37);
  expect([...a.array]).toEqual(new Array(37).fill(0));
  expect(a.pointer % 64).toBe(0);
  expect(a.at(3)).toBe(a.pointer + 12);
  a.array.fill(5);
  a.free();
  a.free(); // a second call does nothing
  const b = floats(37);
  expect(b.pointer).toBe(a.pointer);
  expect([...b.array]).toEqual(new Array(37).fill(0));
  b.free();
});

test('the heap knows what is in use, by blocks of 64 bytes', () => {
  const before = heapInUse();
  const [a, b] = [floats(16), floats(17)];
  expect(heapInUse()).toBe(before + 64 + 128);
  a.free();
  a.free();
  expect(heapInUse()).toBe(before + 128);
  b.free();
  expect(heapInUse()).toBe(before);
});

test('set copies to an offset; floatsOf copies all', () => {
  const a = floatsOf([1, 2, 3, 4]);
  a.set([7, 8], 1);
  expect([...a.array]).toEqual([1, 7, 8, 4]);
  expect(() => a.set([1, 2], 3)).toThrow(RangeError);
  a.free();
});

test('views follow the memory when it grows, with their contents', () => {
  const a = floatsOf([1, 2, 3]);
  const before = a.array;
  const big = floats(4 << 20);
  expect(before.length).toBe(0); // detached
  expect([...a.array]).toEqual([1, 2, 3]);
  big.free();
  a.free();
});

test('an impossible length is refused', () => {
  expect(() => floats(-1)).toThrow(/floats: expected a length >= 0, got -1/);
  expect(() => floats(1.5)).toThrow(RangeError);
  expect(() => floats(2 ** 31)).toThrow(RangeError);
});

test('the allocator merges neighbors and never overlaps blocks in use', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 64 });
  const { allocate, release } = createAllocator(memory, 64);
  const [a, b, c] = [allocate(100), allocate(64), allocate(1)];
  expect([a, b, c]).toEqual([64, 192, 256]);
  release(b);
  release(a);
  release(c);
  expect(allocate(256)).toBe(64); // the three holes have become one
  expect(() => release(192)).toThrow(/release: expected a pointer in use/);

  const used = new Map<number, number>();
  for (let step = 1; step < 400; step++) {
    const [oldest] = used.keys();
    if (step % 3 === 0) release(oldest);
    if (step % 3 === 0) used.delete(oldest);
    const size = (step * 7919) % 3000;
    const pointer = allocate(size);
    for (const [start, length] of used) expect(pointer + size <= start || start + length <= pointer).toBe(true);
    used.set(pointer, size);
  }
});
