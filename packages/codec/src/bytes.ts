import { CodecError } from './codec-error.ts';

/** Collects the bytes of a header. */
export interface ByteWriter {
  bytes(values: ArrayLike<number>): void;
  /** A whole number below 2³², seven bits a byte, the lowest first; all but the last byte have their eighth bit set (LEB128). */
  natural(value: number): void;
  /** Four bytes, the lowest first. */
  uint32(value: number): void;
  finish(): Uint8Array;
}

export function byteWriter(): ByteWriter {
  const written: number[] = [];
  return {
    bytes(values) {
      for (let i = 0; i < values.length; i++) written.push(values[i]);
    },
    natural(value) {
      let rest = value;
      for (; rest > 0x7f; rest >>>= 7) written.push((rest & 0x7f) | 0x80);
      written.push(rest);
    },
    uint32(value) {
      for (let shift = 0; shift < 32; shift += 8) written.push((value >>> shift) & 0xff);
    },
    finish: () => Uint8Array.from(written),
  };
}

/** Reads what {@link byteWriter} has written. */
export interface ByteReader {
  /** @throws CodecError if there are not so many bytes left, here and below */
  bytes(count: number): Uint8Array;
  natural(): number;
  uint32(): number;
  /** How many bytes are left. */
  left(): number;
}

export function byteReader(bytes: Uint8Array): ByteReader {
  let next = 0;
  function take(count: number): Uint8Array {
    if (count > bytes.length - next)
      throw new CodecError(`the archive is damaged: wanted ${count} more bytes, got ${bytes.length - next}`);
    next += count;
    return bytes.subarray(next - count, next);
  }
  return {
    bytes: take,
    natural() {
      let value = 0;
      for (let scale = 1; scale < 2 ** 35; scale *= 128) {
        const [byte] = take(1);
        value += (byte & 0x7f) * scale;
        if (byte < 0x80 && value < 2 ** 32) return value;
      }
      throw new CodecError('the archive is damaged: wanted a whole number below 2³², got a larger one');
    },
    uint32: () => take(4).reduceRight((high, byte) => high * 256 + byte, 0),
    left: () => bytes.length - next,
  };
}
