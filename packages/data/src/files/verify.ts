import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { sha256 } from '@pixelrnn/files';
import { messageOf } from '@pixelrnn/files/message';
import { DataError } from '../data-error.ts';
import type { FileSpec } from './file-spec.ts';

const inflate = promisify(gunzip);

/** A whole file of the right length that holds something else: other data under a name that they share, or a damage. */
export class OtherContentError extends DataError {}

/** Whether the bytes begin as a gzip file does. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * The content that `bytes`, gzipped or not, hold: of the length and checksum that `file` wants. Of a packed file the bytes
 * themselves; `unpacked` has its content.
 *
 * @param where Names the bytes in errors: a path or a URL.
 * @throws DataError if it is anything else.
 */
export async function verifiedContent(bytes: Uint8Array, file: FileSpec, where: string): Promise<Uint8Array> {
  const content = isGzip(bytes) && !file.packed ? await gunzipped(bytes, file, where) : bytes;
  if (content.length !== file.bytes) {
    throw new DataError(`${where}: wanted ${file.bytes} bytes of ${file.name}, found ${content.length}`);
  }
  const found = sha256(content);
  if (found !== file.sha256) {
    throw new OtherContentError(`${where}: wanted ${file.name} with sha256 ${file.sha256}, found sha256 ${found}`);
  }
  return content;
}

/** What a verified file holds. */
export const unpacked = async (file: FileSpec, verified: Uint8Array): Promise<Uint8Array> =>
  file.packed ? inflate(verified) : verified;

async function gunzipped(bytes: Uint8Array, file: FileSpec, where: string): Promise<Uint8Array> {
  try {
    return await inflate(bytes, { maxOutputLength: file.bytes + 1 });
  } catch (error) {
    const found = error instanceof RangeError ? `more than ${file.bytes} bytes` : `damaged gzip (${messageOf(error)})`;
    throw new DataError(`${where}: wanted ${file.bytes} bytes of ${file.name}, found ${found}`, { cause: error });
  }
}
