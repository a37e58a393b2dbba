import { expect, it } from 'vitest';
import { noise, specOf } from '../testing/fixtures.ts';
import { picklesToBatches } from './pickles-to-batches.ts';

const PIXELS = 3072;
const count = 1500;
const pixels = noise(count * PIXELS);
const labels = Array.from({ length: count }, (_, i) => i % 10);
const records = Buffer.concat(
  labels.flatMap((label, i) => [Buffer.of(label), pixels.subarray(i * PIXELS, (i + 1) * PIXELS)]),
);
const file = specOf('data_batch_1.bin', records);

/** As Python 2 writes a batch: lists in thousands, a number for whatever may be named again. */
function pickle(numbers: readonly number[]): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(pixels.length);
  const thousands = [numbers.slice(0, 1000), numbers.slice(1000)].map(
    (part) => `(${part.map((label) => `K${String.fromCharCode(label)}`).join('')}e`,
  );
  return Buffer.concat([
    Buffer.from('\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x15training batch 1 of 5q\x03U\x06labelsq\x04]q\x05', 'latin1'),
    Buffer.from(thousands.join(''), 'latin1'),
    Buffer.from('U\x04dataq\x06cnumpy.core.multiarray\n_reconstruct\nq\x07T', 'latin1'),
    length,
    pixels,
    Buffer.from('tbU\tfilenamesq\x0e]q\x0f.', 'latin1'),
  ]);
}

it('makes the records of the pixels and labels of a batch', () => {
  expect([...picklesToBatches.members([file]).keys()]).toEqual(['data_batch_1']);
  const made = picklesToBatches.convert(new Map([['data_batch_1', pickle(labels)]]), file);
  expect(Buffer.compare(made, records)).toBe(0);
});

it('names what is missing', () => {
  const convert = (members: ReadonlyMap<string, Uint8Array>) => () => picklesToBatches.convert(members, file);
  expect(convert(new Map())).toThrow('data_batch_1.bin: wanted data_batch_1, found none');
  const message = 'data_batch_1.bin: wanted 1500 images and labels in data_batch_1, found others';
  expect(convert(new Map([['data_batch_1', pickle(labels.slice(1))]]))).toThrow(message);
  expect(convert(new Map([['data_batch_1', noise(9000)]]))).toThrow(message);
});
