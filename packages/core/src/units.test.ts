import { expect, it } from 'vitest';
import { bitsPerDim, dimensions } from './units.ts';

const mnist = { height: 28, width: 28, channels: 1 };
const cifar = { height: 32, width: 32, channels: 3 };

it('C18: converts nats per image to bits per dimension', () => {
  expect(bitsPerDim(80, mnist)).toBeCloseTo(0.1472, 4);
  expect(bitsPerDim(79.2, mnist)).toBeCloseTo(0.1457, 4);
  expect(bitsPerDim(cifar.height * cifar.width * 3 * Math.log(256), cifar)).toBeCloseTo(8, 12);
  expect(bitsPerDim(6388, cifar)).toBeCloseTo(3, 3);
  expect(dimensions(cifar)).toBe(3072);
});
