import { expect, it, vi } from 'vitest';
import { createAllocator } from '../allocator.ts';
import { startKernelTeam } from '../training/training.ts';

const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true });
const { allocate, release, inUse } = createAllocator(memory, 64);
const start = () => startKernelTeam(3, { memory, malloc: allocate, free: release });

/** A pointer to no function: a worker that calls it fails. */
const NOBODY = 0;
/** So many that the calling thread gets some, too. */
const TASKS = 20_000;
/** What gives the others time to take a task. */
const dawdle = () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);

it('tells of a task that has failed in another thread, and goes on', async () => {
  const team = await start();
  for (let round = 0; round < 3; round++)
    expect(() => team.run(dawdle, 9, NOBODY, 0, [0, 0, 0])).toThrow('a task of a kernel failed in a thread of its own');
  team.run(dawdle, 0, NOBODY, 0, [0, 0, 0]);
  team.end();
});

it('hands on what the calling thread throws, when the others are done', async () => {
  const team = await start();
  const own = vi.fn(() => {
    throw new Error('out of memory');
  });
  expect(() => team.run(own, TASKS, NOBODY, 64, [128, 192, 256])).toThrow('out of memory');
  expect(own.mock.calls).toEqual([[NOBODY, 64, expect.any(Number), 128]]);
  team.end();
});

it('gives the stacks back when it ends', async () => {
  const before = inUse();
  const team = await start();
  expect(inUse()).toBe(before + 2 * 65536);
  team.end();
  expect(inUse()).toBe(before);
});

it('starts nobody where one does not start, and gives the stacks back', async () => {
  const before = inUse();
  const unshared = new WebAssembly.Memory({ initial: 2, maximum: 65536 });
  await expect(startKernelTeam(2, { memory: unshared, malloc: allocate, free: release })).rejects.toThrow(/clone/);
  expect(inUse()).toBe(before);
});
