import { expect, it } from 'vitest';
import { imageStreams } from './image-noise.ts';
import { rng } from './rng.ts';

const numbers = (...args: Parameters<typeof imageStreams>) => imageStreams(...args).map((own) => own.uniform());

it('gives an image the same numbers in whatever batch', () => {
  const all = numbers({}, 5, 'latents');
  expect(new Set(all).size).toBe(5);
  expect(numbers(undefined, 5, 'latents')).toEqual(all);
  expect(numbers({ indices: [2, 4, 0] }, 3, 'latents')).toEqual([all[2], all[4], all[0]]);
});

it('gives others for another draw, another purpose, and random numbers of one’s own', () => {
  const all = numbers({ draw: 0 }, 2, 'latents');
  for (const other of [
    numbers({ draw: 1 }, 2, 'latents'),
    numbers({}, 2, 'order'),
    numbers({ rng: rng(1) }, 2, 'latents'),
    numbers({ rng: rng(2) }, 2, 'latents'),
  ])
    for (const number of other) expect(all).not.toContain(number);
});
