import { CodecError } from './codec-error.ts';

/**
 * One end of an entropy coder. The encoder is told every level and writes it; the decoder is told nothing that it reads, and returns what was
 * written. So whoever walks over the levels of an image need not know which of the two it is.
 */
export interface Coder {
  /**
   * @param cumulative frequencies [L + 1], from 0 to their total, at most 2²⁴ ({@link quantize})
   * @param level the level to write, 0 … L − 1; a decoder does not look at it
   * @returns the level
   */
  code(cumulative: Uint32Array, level: number): number;
}

/** A coder that writes. */
export interface Encoder extends Coder {
  /** Everything that was written. */
  finish(): Uint8Array;
}

/** Width of the interval that everything begins with; whole numbers of doubles are exact up to 2⁵³. */
const WHOLE = 2 ** 48;
/** An interval that is narrower is widened by a byte, which no longer changes but for a carry. */
const NARROW = 2 ** 40;

/**
 * A range coder (Martin 1979): an interval of whole numbers is cut in proportion to the frequencies, once for every level.
 *
 *   low, range  ←  low + step · cumulative(level), step · frequency(level)          step = ⌊range / total⌋
 *
 * With intervals of 40 to 48 bits and totals of at most 24 the flooring costs less than 2⁻¹⁶ of a level's size, and the end one byte at most: that
 * of a number inside the last interval whose other bytes are 0. Where that byte is 0 itself, since the bytes before it took a carry, it is left out.
 * Doubles hold all of it exactly, and a carry goes into the bytes written.
 */
export function rangeEncoder(): Encoder {
  let bytes = new Uint8Array(1024);
  let length = 0;
  let low = 0;
  let range = WHOLE;

  function write(byte: number): void {
    if (length === bytes.length) {
      const longer = new Uint8Array(2 * length);
      longer.set(bytes);
      bytes = longer;
    }
    bytes[length++] = byte;
  }

  function carry(): void {
    let last = length - 1;
    while (bytes[last] === 0xff) bytes[last--] = 0;
    bytes[last]++;
  }

  return {
    code(cumulative, level) {
      const start = cumulative[level];
      const frequency = cumulative[level + 1] - start;
      if (!(frequency >= 1 && level >= 0))
        throw new Error(`rangeEncoder: wanted a level of 0 … ${cumulative.length - 2}, got ${level}`);
      const step = Math.floor(range / cumulative[cumulative.length - 1]);
      low += step * start;
      range = step * frequency;
      if (low >= WHOLE) {
        low -= WHOLE;
        carry();
      }
      for (; range < NARROW; range *= 256) {
        write(Math.floor(low / NARROW));
        low = (low % NARROW) * 256;
      }
      return level;
    },
    finish() {
      const last = Math.ceil(low / NARROW);
      if (last > 0xff) carry();
      else write(last);
      return bytes.slice(0, length);
    },
  };
}

/** Bytes of the decoder's window. Those that it looks ahead at the end were not written: they are 0, and so is the last one after a carry. */
const WINDOW = 6;

/**
 * Reads what {@link rangeEncoder} has written, with the same frequencies.
 * @throws CodecError if nothing that was written begins so, or if it ended before
 */
export function rangeDecoder(bytes: Uint8Array): Coder {
  let next = 0;
  let range = WHOLE;
  /** How far the number that was written lies above the interval's lower end. */
  let above = 0;
  function read(): number {
    if (next === bytes.length + WINDOW)
      throw new CodecError('rangeDecoder: wanted more bytes, got the end of the stream');
    return bytes[next++] ?? 0;
  }
  for (let i = 0; i < WINDOW; i++) above = above * 256 + read();

  return {
    code(cumulative) {
      const levels = cumulative.length - 1;
      const step = Math.floor(range / cumulative[levels]);
      const at = Math.floor(above / step);
      if (at >= cumulative[levels]) throw new CodecError('rangeDecoder: wanted bytes of an encoder, got others');
      const level = levelAt(cumulative, at);
      above -= step * cumulative[level];
      range = step * (cumulative[level + 1] - cumulative[level]);
      for (; range < NARROW; range *= 256) above = above * 256 + read();
      return level;
    },
  };
}

/** The level l with cumulative(l) ≤ at < cumulative(l + 1), by halving. */
function levelAt(cumulative: Uint32Array, at: number): number {
  let [low, high] = [0, cumulative.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (cumulative[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}
