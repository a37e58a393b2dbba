import { DataError } from '../data-error.ts';
import type { Conversion, FileSpec } from './file-spec.ts';

/** What NumPy writes before the values of an array at most. */
const HEADER_LIMIT = 1 << 16;
const UNSIGNED_BYTE = 0x08;

/** Members of Keras's file for each of MNIST's, and the sizes of the arrays. */
const MEMBERS: Readonly<Record<string, { readonly member: string; readonly shape: readonly number[] }>> = {
  'train-images-idx3-ubyte': { member: 'x_train.npy', shape: [60_000, 28, 28] },
  'train-labels-idx1-ubyte': { member: 'y_train.npy', shape: [60_000] },
  't10k-images-idx3-ubyte': { member: 'x_test.npy', shape: [10_000, 28, 28] },
  't10k-labels-idx1-ubyte': { member: 'y_test.npy', shape: [10_000] },
};

/** MNIST's own files from the `mnist.npz` that Keras downloads. */
export const npzToIdx: Conversion = {
  members: (wanted) => new Map(wanted.map((file) => [MEMBERS[file.name].member, file.bytes + HEADER_LIMIT])),
  convert: (members, file) => idxOf(members, file),
};

/** The values are the last bytes of an array. What is before them need not be understood: the sha256 of the file tells. */
function idxOf(members: ReadonlyMap<string, Uint8Array>, file: FileSpec): Uint8Array {
  const { member, shape } = MEMBERS[file.name];
  const array = members.get(member);
  const count = shape.reduce((product, length) => product * length, 1);
  if (!array || array.length < count)
    throw new DataError(`${file.name}: wanted ${count} values in ${member}, found fewer`);
  const bytes = new Uint8Array(4 + 4 * shape.length + count);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (UNSIGNED_BYTE << 8) | shape.length);
  for (const [i, length] of shape.entries()) view.setUint32(4 + 4 * i, length);
  bytes.set(array.subarray(array.length - count), 4 + 4 * shape.length);
  return bytes;
}
