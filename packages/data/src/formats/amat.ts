import { DataError } from '../data-error.ts';

const ZERO = 0x30;
const ONE = 0x31;
const SPACE = 0x20;
const NEWLINE = 0x0a;

/**
 * Rows of bits as text: `0` and `1`, one row a line. Spaces and empty lines are skipped.
 *
 * @returns the bits as bytes, [rows, columns].
 * @throws DataError on any other character, a row of another length, or no rows.
 */
export function decodeAmat(text: Uint8Array, columns: number, file: string): Uint8Array {
  const bits = new Uint8Array(text.length);
  let count = 0;
  let rows = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text[i] : NEWLINE;
    if (code === ZERO || code === ONE) bits[count++] = code - ZERO;
    else if (code === NEWLINE && count > rows * columns) rows = endRow(rows, count, columns, file);
    else if (code !== SPACE && code !== NEWLINE) {
      throw new DataError(`${file}: wanted 0 or 1, found byte ${code} at ${i} (row ${rows})`);
    }
  }
  if (rows === 0) throw new DataError(`${file}: wanted rows of ${columns} bits, found none`);
  return bits.slice(0, count);
}

function endRow(rows: number, count: number, columns: number, file: string): number {
  const found = count - rows * columns;
  if (found !== columns) throw new DataError(`${file}: wanted ${columns} bits in row ${rows}, found ${found}`);
  return rows + 1;
}
