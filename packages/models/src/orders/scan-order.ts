/**
 * The eight orders in which lines fill a square: the direction in which a line is scanned, then that from line to line. The first is raster
 * order; the others are its flips and transposes.
 *
 *   right-down   left-down    right-up     left-up      down-right   up-right     down-left    up-left
 *   0 1 2        2 1 0        6 7 8        8 7 6        0 3 6        2 5 8        6 3 0        8 5 2
 *   3 4 5        5 4 3        3 4 5        5 4 3        1 4 7        1 4 7        7 4 1        7 4 1
 *   6 7 8        8 7 6        0 1 2        2 1 0        2 5 8        0 3 6        8 5 2        6 3 0
 */
export const SCAN_ORDERS = [
  'right-down',
  'left-down',
  'right-up',
  'left-up',
  'down-right',
  'up-right',
  'down-left',
  'up-left',
] as const;

/** One of {@link SCAN_ORDERS}. */
export type ScanOrder = (typeof SCAN_ORDERS)[number];

interface Size {
  readonly height: number;
  readonly width: number;
}

/** Whether a line is a column of the image. The rearranged image of one that is not square would have another shape. */
const isTransposed = (order: ScanOrder): boolean => order.startsWith('down') || order.startsWith('up');

/** The orders of images of that size: all eight of squares, four of others. */
export const scanOrdersOf = ({ height, width }: Size): readonly ScanOrder[] =>
  SCAN_ORDERS.filter((order) => height === width || !isTransposed(order));

/** The pixel r·W + c that an order scans n-th, for each n: [H·W]. */
export function scannedPixels(order: ScanOrder, { height, width }: Size): Uint32Array {
  const [along, across] = order.split('-');
  const forward = (direction: string, index: number, size: number) =>
    direction === 'right' || direction === 'down' ? index : size - 1 - index;
  return Uint32Array.from({ length: height * width }, (_, n) => {
    const [line, place] = [Math.floor(n / width), n % width]; // of the rearranged image, which is as wide
    const [row, column] = isTransposed(order)
      ? [forward(along, place, height), forward(across, line, width)]
      : [forward(across, line, height), forward(along, place, width)];
    return row * width + column;
  });
}
