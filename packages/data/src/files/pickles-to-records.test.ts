import { expect, it } from 'vitest';
import { noise, specOf } from '../testing/fixtures.ts';
import { picklesToRecords } from './pickles-to-records.ts';

const PIXELS = 3072;
const count = 1500;
const pixels = noise(count * PIXELS);
const labels = Array.from({ length: count }, (_, i) => i % 10);
const records = Buffer.concat(
  labels.flatMap((label, i) => [Buffer.of(label), pixels.subarray(i * PIXELS, (i + 1) * PIXELS)]),
);
const file = specOf('data_batch_1.bin', records);

const picklesToBatches = picklesToRecords({ labels: ['labels'] });

/** As Python 2 writes a list: in thousands. */
const list = (numbers: readonly number[]) =>
  Buffer.from(
    [numbers.slice(0, 1000), numbers.slice(1000)]
      .map((part) => `(${part.map((label) => `K${String.fromCharCode(label)}`).join('')}e`)
      .join(''),
    'latin1',
  );

/** As Python 2 writes a batch: a number for whatever may be named again. */
function pickle(lists: Readonly<Record<string, readonly number[]>>): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(pixels.length);
  const named = Object.entries(lists).flatMap(([name, numbers]) => [
    Buffer.from(`U${String.fromCharCode(name.length)}${name}q\x04]q\x05`, 'latin1'),
    list(numbers),
  ]);
  return Buffer.concat([
    Buffer.from('\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x15training batch 1 of 5q\x03', 'latin1'),
    ...named,
    Buffer.from('U\x04dataq\x06cnumpy.core.multiarray\n_reconstruct\nq\x07T', 'latin1'),
    length,
    pixels,
    Buffer.from('tbU\tfilenamesq\x0e]q\x0f.', 'latin1'),
  ]);
}

it('makes the records of the pixels and labels of a batch', () => {
  expect([...picklesToBatches.members([file]).keys()]).toEqual(['data_batch_1']);
  const made = picklesToBatches.convert(new Map([['data_batch_1', pickle({ labels })]]), file);
  expect(Buffer.compare(made, records)).toBe(0);
});

it('makes records of both labels of CIFAR-100, the coarse one first', () => {
  const [fine, coarse] = [labels.map((label) => 10 * label + 3), labels.map((label) => 2 * label)];
  const both = labels.flatMap((_, i) => [Buffer.of(coarse[i], fine[i]), pixels.subarray(i * PIXELS, (i + 1) * PIXELS)]);
  const train = specOf('train.bin', Buffer.concat(both));
  const conversion = picklesToRecords({ labels: ['coarse_labels', 'fine_labels'] });
  const members = new Map([['train', pickle({ fine_labels: fine, coarse_labels: coarse })]]);
  expect([...conversion.members([train]).keys()]).toEqual(['train']);
  expect(Buffer.compare(conversion.convert(members, train), Buffer.concat(both))).toBe(0);
  const message = 'train.bin: wanted 1500 images and labels in train, found others';
  expect(() => conversion.convert(new Map([['train', pickle({ fine_labels: fine })]]), train)).toThrow(message);
});

it('names what is missing', () => {
  const convert = (members: ReadonlyMap<string, Uint8Array>) => () => picklesToBatches.convert(members, file);
  expect(convert(new Map())).toThrow('data_batch_1.bin: wanted data_batch_1, found none');
  const message = 'data_batch_1.bin: wanted 1500 images and labels in data_batch_1, found others';
  expect(convert(new Map([['data_batch_1', pickle({ labels: labels.slice(1) })]]))).toThrow(message);
  expect(convert(new Map([['data_batch_1', noise(9000)]]))).toThrow(message);
});
