import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { noise, specOf } from '../testing/fixtures.ts';
import { spritesToBatches } from './sprites.ts';

const rows = 2;
const pixels = noise(rows * 1024 * 3);
const png = encode({ width: 1024, height: rows, channels: 3, data: pixels });
const json = (labels: number[]) => new TextEncoder().encode(JSON.stringify(labels));
const second = specOf('data_batch_2.bin', pixels);

describe('spritesToBatches', () => {
  it('asks for the picture of each batch and the labels', () => {
    const members = spritesToBatches.members([second, specOf('test_batch.bin', pixels)]);
    expect([...members.keys()].sort()).toEqual([
      'data_batch_2.png',
      'test_batch.png',
      'test_lables.json',
      'train_lables.json',
    ]);
  });

  it('makes records of a label and three planes', () => {
    const members = new Map([
      ['data_batch_2.png', png],
      ['train_lables.json', json([1, 2, 3, 4])],
    ]);
    const records = spritesToBatches.convert(members, second);
    expect(records.length).toBe(rows * 3073);
    for (const row of [0, 1]) {
      expect(records[row * 3073]).toBe(3 + row);
      for (const i of [0, 1, 500, 1023]) {
        const planes = [0, 1, 2].map((c) => records[row * 3073 + 1 + c * 1024 + i]);
        const start = (row * 1024 + i) * 3;
        expect(planes).toEqual([...pixels.subarray(start, start + 3)]);
      }
    }
  });

  it('refuses what is absent or no such picture', () => {
    const labels: [string, Uint8Array] = ['train_lables.json', json([1, 2, 3, 4])];
    const convert = (...members: [string, Uint8Array][]) => spritesToBatches.convert(new Map(members), second);
    expect(() => convert(labels)).toThrow('data_batch_2.bin: wanted data_batch_2.png and train_lables.json');
    expect(() => convert(labels, ['data_batch_2.png', png.subarray(0, 100)])).toThrow(
      'cannot be made from data_batch_2.png',
    );
    const small = encode({ width: 2, height: 2, channels: 3, data: noise(12) });
    expect(() => convert(labels, ['data_batch_2.png', small])).toThrow(
      'wanted rows of 1024 RGB pixels of 8 bits, found 2×2×3',
    );
  });
});
