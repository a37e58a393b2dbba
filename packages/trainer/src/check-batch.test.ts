import type { Batch, Conditions, ImageSpec } from '@pixelrnn/core';
import { describe, expect, it } from 'vitest';
import { checkBatch } from './check-batch.ts';

const RGB: ImageSpec = { height: 2, width: 3, channels: 3, levels: 256 };
const GREY: ImageSpec = { height: 2, width: 3, channels: 1, levels: 2 };

/** Two images of zeros, but for one value. */
function batchWith(image: ImageSpec, index: number, value: number, labels?: Int32Array): Batch {
  const images = new Float32Array(2 * image.height * image.width * image.channels);
  images[index] = value;
  return { images, labels, count: 2 };
}

describe('checkBatch', () => {
  it.each([0, -0, 1, 254, 255])('takes level %d of 256', (level) => {
    expect(() => checkBatch({ name: 'm', image: RGB, conditions: {} }, batchWith(RGB, 5, level))).not.toThrow();
  });

  it.each<[string, ImageSpec, number, number, string]>([
    [
      'a scaled level',
      RGB,
      0,
      0.5,
      'm: wanted whole levels of 0 … 255, got 0.5 at image 0, row 0, column 0, channel 0',
    ],
    ['a level too high', RGB, 35, 256, 'got 256 at image 1, row 1, column 2, channel 2'],
    ['a negative level', RGB, 18 + 9, -1, 'got -1 at image 1, row 1, column 0, channel 0'],
    ['NaN', RGB, 4, Number.NaN, 'got NaN at image 0, row 0, column 1, channel 1'],
    ['an infinity', RGB, 3, Number.POSITIVE_INFINITY, 'got Infinity at image 0, row 0, column 1, channel 0'],
    [
      '16 grey levels where there are 2',
      GREY,
      7,
      15,
      'm: wanted whole levels of 0 … 1, got 15 at image 1, row 0, column 1',
    ],
  ])('refuses %s', (_, image, index, value, message) => {
    expect(() => checkBatch({ name: 'm', image, conditions: {} }, batchWith(image, index, value))).toThrow(message);
  });

  it('refuses labels that are no classes, and passes over those that nobody reads', () => {
    const check = (labels: number[] | undefined, classes?: number) =>
      checkBatch(
        { name: 'm', image: GREY, conditions: { classes } },
        batchWith(GREY, 0, 1, labels && Int32Array.from(labels)),
      );
    expect(() => check([0, 9], 10)).not.toThrow();
    expect(() => check([77, -1])).not.toThrow();
    expect(() => check([0, 10], 10)).toThrow('m: wanted labels of 0 … 9, got 10 for image 1');
    expect(() => check([-1, 0], 10)).toThrow('m: wanted labels of 0 … 9, got -1 for image 0');
    expect(() => check([1], 10)).toThrow('m: wanted 2 labels for 10 classes, got 1');
    expect(() => check(undefined, 10)).toThrow('m: wanted 2 labels for 10 classes, got none');
  });

  it('refuses a vector or map that is missing or of another size, and passes over those that nobody reads', () => {
    const check = (conditions: Conditions, beside: Partial<Batch>) =>
      checkBatch({ name: 'm', image: GREY, conditions }, { ...batchWith(GREY, 0, 1), ...beside });
    expect(() =>
      check({ vector: 3, map: 2 }, { vector: new Float32Array(6), map: new Float32Array(24) }),
    ).not.toThrow();
    expect(() => check({}, { vector: new Float32Array(1) })).not.toThrow();
    expect(() => check({ vector: 3 }, {})).toThrow('m: wanted a vector [2,3], got none');
    expect(() => check({ map: 2 }, { map: new Float32Array(12) })).toThrow('m: wanted a map [2,2,3,2], got [12]');
  });

  it('refuses another number of values', () => {
    const batch = { images: new Float32Array(7), count: 1 };
    expect(() => checkBatch({ name: 'm', image: GREY, conditions: {} }, batch)).toThrow(
      'm: wanted images [1, 2, 3, 1] (6 values), got 7',
    );
    expect(() =>
      checkBatch({ name: 'm', image: GREY, conditions: {} }, { images: new Float32Array(0), count: 0 }),
    ).toThrow('got 0 values');
  });
});
