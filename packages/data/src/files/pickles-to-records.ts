import { DataError } from '../data-error.ts';
import type { Conversion, FileSpec } from './file-spec.ts';

const PIXELS = 32 * 32 * 3;
/** Names of the source files and what else a batch holds beside its pixels and labels. */
const SLACK = 1 << 20;

/** Operations of Python's pickle format, protocol 2, as far as they stand around what is wanted. */
const OP = {
  string: 0x54,
  shortString: 0x55,
  list: 0x5d,
  mark: 0x28,
  append: 0x65,
  byte: 0x4b,
  put: 0x71,
  longPut: 0x72,
};

/** How the pickles of a data set hold the labels of its binary version. */
export interface PickledLabels {
  /** Keys of the lists, in the order in which a record has their labels. */
  readonly labels: readonly string[];
}

/**
 * CIFAR's binary files from those of its Python versions: `data_batch_1.bin` from `data_batch_1`. Of the pickles only the pixels (one
 * string of all planes) and the lists of labels are looked for, and nothing is executed; whether it was the right ones the sha256 of
 * the binary file tells.
 */
export const picklesToRecords = ({ labels: keys }: PickledLabels): Conversion => ({
  members: (wanted) => new Map(wanted.map((file) => [pickleOf(file), file.bytes + SLACK])),
  convert(members, file) {
    const pickle = members.get(pickleOf(file));
    if (!pickle) throw new DataError(`${file.name}: wanted ${pickleOf(file)}, found none`);
    const record = keys.length + PIXELS;
    const count = file.bytes / record;
    const pixels = findPixels(pickle, count * PIXELS);
    const labels = keys.map((key) => findLabels(pickle, key, count));
    if (!pixels || labels.some((list) => list.length !== count))
      throw new DataError(`${file.name}: wanted ${count} images and labels in ${pickleOf(file)}, found others`);
    const records = new Uint8Array(file.bytes);
    for (let i = 0; i < count; i++) {
      for (const [k, list] of labels.entries()) records[i * record + k] = list[i];
      records.set(pixels.subarray(i * PIXELS, (i + 1) * PIXELS), i * record + keys.length);
    }
    return records;
  },
});

const pickleOf = (file: FileSpec): string => file.name.replace(/\.bin$/, '');

/** The string of so many bytes. */
function findPixels(pickle: Uint8Array, length: number): Uint8Array | undefined {
  const head = Buffer.from([OP.string, 0, 0, 0, 0]);
  head.writeUInt32LE(length, 1);
  const at = Buffer.from(pickle.buffer, pickle.byteOffset, pickle.length).indexOf(head);
  return at < 0 ? undefined : pickle.subarray(at + head.length, at + head.length + length);
}

/** The list of small numbers after a string. */
function findLabels(pickle: Uint8Array, name: string, count: number): number[] {
  const key = Buffer.from([OP.shortString, name.length, ...Buffer.from(name)]);
  const labels: number[] = [];
  const found = Buffer.from(pickle.buffer, pickle.byteOffset, pickle.length).indexOf(key);
  let at = found < 0 ? pickle.length : found + key.length;
  while (labels.length < count && at < pickle.length) {
    const operation = pickle[at];
    if (operation === OP.byte) labels.push(pickle[at + 1]);
    const length = LENGTHS.get(operation);
    if (length === undefined) break;
    at += length;
  }
  return labels;
}

/** Bytes of each operation with what belongs to it. */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [OP.byte, 2],
  [OP.list, 1],
  [OP.mark, 1],
  [OP.append, 1],
  [OP.put, 2],
  [OP.longPut, 5],
]);
