import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { FIRST_BYTES, type FileEnds, LAST_BYTES } from '../../formats/glance.ts';

const buffer = Buffer.allocUnsafe(FIRST_BYTES);
const last = Buffer.allocUnsafe(LAST_BYTES);

/**
 * The first and the last bytes of a file, valid until the next call.
 *
 * Synchronous, since 100,000 small files take 0.9 s of a core so, 5 s with callbacks and 14 s with promises of `readFile`.
 */
export function readEnds(path: string): FileEnds {
  const file = openSync(path, 'r');
  try {
    const count = readSync(file, buffer, 0, FIRST_BYTES, 0);
    const first = buffer.subarray(0, count);
    if (count < FIRST_BYTES) return { first, last: first.subarray(-LAST_BYTES), isAll: true };
    const { size } = fstatSync(file);
    readSync(file, last, 0, LAST_BYTES, Math.max(0, size - LAST_BYTES));
    return { first, last, isAll: false };
  } finally {
    closeSync(file);
  }
}
