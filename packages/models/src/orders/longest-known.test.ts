import { expect, it } from 'vitest';
import { longestKnown } from './longest-known.ts';
import { SCAN_ORDERS, scannedPixels } from './scan-order.ts';

const size = { height: 4, width: 4 };
const orders = SCAN_ORDERS.map((order) => scannedPixels(order, size));
const longest = (isKnown: (row: number, column: number) => boolean) => {
  const mask = Uint8Array.from({ length: 16 }, (_, i) => Number(isKnown(Math.floor(i / 4), i % 4)));
  return longestKnown(mask, orders).map((k) => SCAN_ORDERS[k]);
};

it('finds the orders that begin with a known half', () => {
  expect(longest((row) => row < 2)).toEqual(['right-down', 'left-down']);
  expect(longest((row) => row >= 2)).toEqual(['right-up', 'left-up']);
  expect(longest((_, column) => column < 2)).toEqual(['down-right', 'up-right']);
  expect(longest((_, column) => column >= 2)).toEqual(['down-left', 'up-left']);
});

it('prefers those that begin with more of what is known, where none begins with all', () => {
  expect(longest((row, column) => row === 0 || (row === 1 && column === 0) || row === 3)).toEqual(['right-down']);
});

it('has no preference where nothing is known, or everything', () => {
  expect(longest(() => false)).toEqual(SCAN_ORDERS);
  expect(longest(() => true)).toEqual(SCAN_ORDERS);
});
