import { DataError } from '../data-error.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { type PixelSplit, pixelDataset, splitTail } from '../dataset/pixel-dataset.ts';
import { QUANTIZE_DEFAULTS, type QuantizeOptions } from '../dataset/quantize.ts';
import { resolveOptions } from '../options.ts';
import { DIGITS_TEXT } from './digits-text.ts';

const SIDE = 8;
const IMAGE = SIDE * SIDE;
const VALUES = 17;
const VALID = 300;
const TEST = 300;

/** All 17 levels. */
export const DIGITS_DEFAULTS: QuantizeOptions = QUANTIZE_DEFAULTS;

/**
 * Handwritten digits of 8×8 pixels with 17 levels (Alpaydin & Kaynak 1998, UCI), embedded in this package: for tests
 * and first steps without a network. 1797 images in the order of the source: the first 1197 train, the next 300
 * validate, the last 300 test.
 */
export function digits(options?: Partial<QuantizeOptions>): Dataset {
  const quantize = resolveOptions('digits', DIGITS_DEFAULTS, options);
  const { head, tail: test } = splitTail(decodeDigits(DIGITS_TEXT), IMAGE, TEST);
  const { head: train, tail: valid } = splitTail(head, IMAGE, VALID);
  return pixelDataset({
    name: 'digits',
    height: SIDE,
    width: SIDE,
    channels: 1,
    sourceLevels: VALUES,
    splits: { train, valid, test },
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    quantize,
  });
}

/** One image a line: 64 values and a label, one base-17 digit each. */
export function decodeDigits(text: string): PixelSplit {
  const lines = text.trim().split('\n');
  const pixels = new Uint8Array(lines.length * IMAGE);
  const labels = new Uint8Array(lines.length);
  lines.forEach((line, row) => {
    if (line.length !== IMAGE + 1)
      throw new DataError(`digits: wanted ${IMAGE + 1} values in line ${row}, found ${line.length}`);
    for (let i = 0; i < IMAGE; i++) pixels[row * IMAGE + i] = Number.parseInt(line[i], VALUES);
    labels[row] = Number.parseInt(line[IMAGE], VALUES);
  });
  return { pixels, labels };
}
