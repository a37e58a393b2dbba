import { DataError } from '../data-error.ts';

interface Size {
  readonly height: number;
  readonly width: number;
}

/** What regions are written as, in words. */
export const REGION_FORMS =
  'rows:N (the N upper rows), bottom:N, left:N, right:N, or box:y,x,h,w (h rows and w columns from row y and column x on)';

/** Rows from `top` up to `bottom`, columns from `left` up to `right`. */
interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** For each kind: how many numbers it has, and which pixels it contains; some of these may be none of the image. */
const KINDS: Readonly<Record<string, readonly [number, (size: Size, numbers: readonly number[]) => Box]>> = {
  rows: [1, ({ width }, [n]) => ({ top: 0, bottom: n, left: 0, right: width })],
  bottom: [1, ({ height, width }, [n]) => ({ top: height - n, bottom: height, left: 0, right: width })],
  left: [1, ({ height }, [n]) => ({ top: 0, bottom: height, left: 0, right: n })],
  right: [1, ({ height, width }, [n]) => ({ top: 0, bottom: height, left: width - n, right: width })],
  box: [4, (_, [y, x, h, w]) => ({ top: y, bottom: y + h, left: x, right: x + w })],
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
 * Whether a text is of the form of a part, whatever the image.
 * @param text see {@link REGION_FORMS}, or of {@link pixelsText}
 */
export const isRegion = (text: string): boolean => isPixels(text) || parsed(text) !== undefined;

/**
 * The pixels of a part of an image, 1 for them and 0 for the others: [H·W].
 * @param text see {@link REGION_FORMS}, or of `pixelsText`
 * @throws DataError if it is none, none of the image alone, or all of it
 */
export function regionMask(text: string, size: Size): Uint8Array {
  const mask = pixelsMask(text, size) ?? shapeMask(text, size);
  if (!mask.includes(0)) throw noPart(text, size, 'which is all');
  if (!mask.includes(1)) throw noPart(text, size, 'which is nothing of it');
  return mask;
}

const noPart = (text: string, { height, width }: Size, why: string): DataError =>
  new DataError(
    `wanted a part of an image of ${height}×${width} pixels, got ${isPixels(text) ? 'a mask' : `"${text}"`}, ${why}`,
  );

/** A kind and its numbers; undefined for what is not of this form. */
function parsed(text: string): ((size: Size) => Box) | undefined {
  const [, kind = '', list = ''] = /^([a-z]+):(\d+(?:,\d+)*)$/.exec(text) ?? [];
  const numbers = list.split(',').map(Number);
  const [length, boxOf] = Object.hasOwn(KINDS, kind) ? KINDS[kind] : [];
  return boxOf && numbers.length === length ? (size) => boxOf(size, numbers) : undefined;
}

function shapeMask(text: string, size: Size): Uint8Array {
  const boxOf = parsed(text);
  if (!boxOf) throw new DataError(`wanted ${REGION_FORMS}, got "${text}"`);
  const { top, bottom, left, right } = boxOf(size);
  if (bottom <= top || right <= left) throw noPart(text, size, 'which is nothing of it');
  if (top < 0 || left < 0 || bottom > size.height || right > size.width)
    throw noPart(text, size, 'which goes beyond it');
  return Uint8Array.from({ length: size.height * size.width }, (_, i) => {
    const [row, column] = [Math.floor(i / size.width), i % size.width];
    return Number(row >= top && row < bottom && column >= left && column < right);
  });
}
