import { inflateRawSync } from 'node:zlib';
import { messageOf } from '@pixelrnn/files/message';
import { DataError } from '../data-error.ts';
import type { Member } from './unpack.ts';

const END = 0x06054b50;
const END_BYTES = 22;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/**
 * The wanted members of a zip file, such as NumPy's `.npz`, in memory. Only the directory at its end is believed; of a path
 * only the last part counts.
 *
 * @param limitOf Greatest length of a member of this name; undefined where it is not wanted.
 * @throws DataError if the file is cut short or damaged, or a wanted member is too long. `where` names it.
 */
export function* unzipMembers(
  zip: Uint8Array,
  where: string,
  limitOf: (name: string) => number | undefined,
): Generator<Member> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  try {
    const end = findEnd(view);
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left > 0; left--) {
      if (view.getUint32(at, true) !== ENTRY) throw new Error(`no entry at ${at}`);
      const nameLength = view.getUint16(at + 28, true);
      const path = new TextDecoder().decode(zip.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength));
      const name = path.split('/').at(-1)!;
      const limit = limitOf(name);
      if (limit !== undefined) yield { name, content: unpacked(zip, view, at, limit) };
      at += ENTRY_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch (error) {
    throw new DataError(`${where}: wanted a zip archive, found a damaged one (${messageOf(error)})`, { cause: error });
  }
}

/** The record at the end may have a comment after it. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - END_BYTES; at >= 0; at--) if (view.getUint32(at, true) === END) return at;
  throw new Error('it has no directory');
}

function unpacked(zip: Uint8Array, view: DataView, entry: number, limit: number): Uint8Array {
  const method = view.getUint16(entry + 10, true);
  const length = view.getUint32(entry + 20, true);
  const local = view.getUint32(entry + 42, true);
  const start = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const bytes = zip.subarray(start, start + length);
  if (bytes.length < length) throw new Error('it ends too early');
  if (method === STORED && length <= limit) return bytes;
  if (method === DEFLATED) return inflateRawSync(bytes, { maxOutputLength: limit });
  throw new Error(method === STORED ? `a member of ${length} bytes` : `compression ${method}`);
}
