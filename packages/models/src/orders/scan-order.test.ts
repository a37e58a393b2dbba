import { describe, expect, it } from 'vitest';
import { SCAN_ORDERS, type ScanOrder, scannedPixels, scanOrdersOf } from './scan-order.ts';

const square = { height: 3, width: 3 };

describe('scannedPixels', () => {
  // Written from the drawing: when each pixel of a 3×3 image is scanned.
  it.each<[ScanOrder, number[]]>([
    ['right-down', [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['left-down', [2, 1, 0, 5, 4, 3, 8, 7, 6]],
    ['right-up', [6, 7, 8, 3, 4, 5, 0, 1, 2]],
    ['left-up', [8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ['down-right', [0, 3, 6, 1, 4, 7, 2, 5, 8]],
    ['up-right', [2, 5, 8, 1, 4, 7, 0, 3, 6]],
    ['down-left', [6, 3, 0, 7, 4, 1, 8, 5, 2]],
    ['up-left', [8, 5, 2, 7, 4, 1, 6, 3, 0]],
  ])('%s', (order, times) => {
    const scanned = scannedPixels(order, square);
    expect(Array.from(times, (_, pixel) => scanned.indexOf(pixel))).toEqual(times);
  });

  it('of an image that is not square goes along its rows', () => {
    const rectangle = { height: 2, width: 3 };
    expect(scanOrdersOf(rectangle)).toEqual(['right-down', 'left-down', 'right-up', 'left-up']);
    expect([...scannedPixels('left-down', rectangle)]).toEqual([2, 1, 0, 5, 4, 3]);
    expect([...scannedPixels('right-up', rectangle)]).toEqual([3, 4, 5, 0, 1, 2]);
    expect([...scannedPixels('left-up', rectangle)]).toEqual([5, 4, 3, 2, 1, 0]);
  });

  it('of a square are eight', () => {
    expect(scanOrdersOf(square)).toEqual(SCAN_ORDERS);
    expect(new Set(SCAN_ORDERS.map((order) => String(scannedPixels(order, square)))).size).toBe(8);
  });
});
