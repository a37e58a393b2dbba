import { expect, test } from 'vitest';
import { arena, inArena } from './arena.ts';
import { floats } from './floats.ts';

test('an arena gives all of its blocks back at once', () => {
  const memory = arena();
  const first = memory.floats(100);
  expect([...memory.floatsOf([1, 2]).array]).toEqual([1, 2]);
  memory.dispose();
  memory.dispose(); // does nothing
  const again = floats(100);
  expect(again.pointer).toBe(first.pointer);
  again.free();
});

test('an arena disposes of what it owns, last made first', () => {
  const order: string[] = [];
  const memory = arena();
  for (const name of ['a', 'b']) memory.own({ dispose: () => order.push(name) });
  memory.dispose();
  expect(order).toEqual(['b', 'a']);
});

test('what could not be built leaves nothing behind', () => {
  let pointer = 0;
  const build = () =>
    inArena((memory) => {
      pointer = memory.floats(100).pointer;
      throw new Error('no');
    });
  expect(build).toThrow('no');
  const again = floats(100);
  expect(again.pointer).toBe(pointer);
  again.free();
  const { result, memory } = inArena((memory) => memory.floats(3).length);
  expect(result).toBe(3);
  memory.dispose();
});
