import { expect, it } from 'vitest';
import { implausible, PLAUSIBLE_MINIMA } from './plausible.ts';

it('C20: flags what no model has reached', () => {
  expect(implausible({ nats: 69.9, bitsPerDim: 0.13 }, PLAUSIBLE_MINIMA['binarized-mnist']!)).toContain(
    '69.900 nats is implausibly good',
  );
  expect(implausible({ nats: 79.2, bitsPerDim: 0.146 }, PLAUSIBLE_MINIMA['binarized-mnist']!)).toBeUndefined();
  expect(implausible({ nats: 5000, bitsPerDim: 2.35 }, PLAUSIBLE_MINIMA.cifar10!)).toContain('2.350 bits/dim');
  expect(implausible({ nats: 6388, bitsPerDim: 3 }, PLAUSIBLE_MINIMA.cifar10!)).toBeUndefined();
});
