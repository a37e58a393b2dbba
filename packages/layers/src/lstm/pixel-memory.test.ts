import { floatsOf } from '@pixelrnn/kernels';
import { expect, it } from 'vitest';
import { pixelMemory } from './pixel-memory.ts';

/** A memory, and the pixels that it has computed. */
function watched() {
  const input = floatsOf([0, 0]);
  const computed: [number, number[]][] = [];
  const { ensure, forget } = pixelMemory(input);
  const ask = (column: number, here: number[]) =>
    ensure(column, Float32Array.from(here), (at) => computed.push([at, [...input.array]]));
  return { ask, forget, computed, free: () => input.free() };
}

it('computes a pixel once for the same input, and again for another', () => {
  const { ask, computed, free } = watched();
  ask(0, [1, 2]);
  ask(0, [1, 2]);
  expect(computed).toEqual([[0, [1, 2]]]);
  ask(0, [1, 3]);
  expect(computed).toEqual([
    [0, [1, 2]],
    [0, [1, 3]],
  ]);
  free();
});

it('computes anew for the next pixel, even if its input is the same', () => {
  const { ask, forget, computed, free } = watched();
  ask(0, [1, 2]);
  forget();
  ask(1, [1, 2]);
  expect(computed.map(([column]) => column)).toEqual([0, 1]);
  free();
});
