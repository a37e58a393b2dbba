import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fileError } from './file-error.ts';

/** The SHA-256 of bytes, or of text as UTF-8, in hexadecimal. */
export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/**
 * The SHA-256 of a file, in hexadecimal, without holding it in memory.
 *
 * @throws FileError if it cannot be read
 */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    throw fileError('read', path, error);
  }
  return hash.digest('hex');
}
