import { DataError } from '../data-error.ts';

interface Size {
  readonly height: number;
  readonly width: number;
}

/** What regions are written as, in words. */
export const REGION_FORMS =
  'rows:N (the N upper rows), bottom:N, left:N, right:N, or box:y,x,h,w (h rows and w columns from row y and column x on)';

type Contains = (row: number, column: number) => boolean;

/** For each kind: how many numbers it has, and which pixels it contains. */
const KINDS: Readonly<Record<string, readonly [number, (size: Size, numbers: readonly number[]) => Contains]>> = {
  rows: [
    1,
    (_, [n]) =>
      (row) =>
        row < n,
  ],
  bottom: [
    1,
    ({ height }, [n]) =>
      (row) =>
        row >= height - n,
  ],
  left: [
    1,
    (_, [n]) =>
      (_row, column) =>
        column < n,
  ],
  right: [
    1,
    ({ width }, [n]) =>
      (_row, column) =>
        column >= width - n,
  ],
  box: [
    4,
    (_, [y, x, h, w]) =>
      (row, column) =>
        row >= y && row < y + h && column >= x && column < x + w,
  ],
};

/** A part that has no shape, as text: `pixels:28x28:…`, with the bits of its pixels row after row, four in each hexadecimal digit. */
export function pixelsText({ height, width }: Size, mask: ArrayLike<number>): string {
  const bits = Array.from(mask, (bit) => (bit ? 1 : 0)).join('');
  const digits = (bits.match(/.{1,4}/g) ?? []).map((four) => Number.parseInt(four.padEnd(4, '0'), 2).toString(16));
  return `pixels:${height}x${width}:${digits.join('')}`;
}

/** Whether a text is meant as that of {@link pixelsText}. */
export const isPixels = (text: string): boolean => text.startsWith('pixels:');

/** The pixels of {@link pixelsText}; undefined, if the text is of another form. @throws DataError if it is of images of another size */
function pixelsMask(text: string, size: Size): Uint8Array | undefined {
  const [, height, width, digits = ''] = /^pixels:(\d+)x(\d+):([0-9a-f]+)$/.exec(text) ?? [];
  if (height === undefined || digits.length !== Math.ceil((Number(height) * Number(width)) / 4)) return undefined;
  if (Number(height) !== size.height || Number(width) !== size.width)
    throw new DataError(`wanted a mask of ${size.height}×${size.width} pixels, got one of ${height}×${width}`);
  const bits = Array.from(digits, (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
  return Uint8Array.from(bits.slice(0, size.height * size.width), Number);
}

/**
 * The pixels of a part of an image, 1 for them and 0 for the others: [H·W].
 * @param text see {@link REGION_FORMS}, or of `pixelsText`
 * @throws DataError if it is none, or all of the image
 */
export function regionMask(text: string, size: Size): Uint8Array {
  const mask = pixelsMask(text, size) ?? shapeMask(text, size);
  if (!mask.includes(0))
    throw new DataError(
      `wanted a part of ${size.height}×${size.width} pixels, got ${isPixels(text) ? 'a mask' : `"${text}"`}, which is all`,
    );
  return mask;
}

function shapeMask(text: string, size: Size): Uint8Array {
  const [, kind = '', list = ''] = /^([a-z]+):(\d+(?:,\d+)*)$/.exec(text) ?? [];
  const numbers = list.split(',').map(Number);
  const [length, contains] = Object.hasOwn(KINDS, kind) ? KINDS[kind] : [];
  if (!contains || numbers.length !== length) throw new DataError(`wanted ${REGION_FORMS}, got "${text}"`);
  const isIn = contains(size, numbers);
  return Uint8Array.from({ length: size.height * size.width }, (_, i) =>
    Number(isIn(Math.floor(i / size.width), i % size.width)),
  );
}
