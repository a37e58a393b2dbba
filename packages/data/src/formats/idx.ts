import { sizeOf } from '@pixelrnn/core';
import { DataError } from '../data-error.ts';

/** An array of unsigned bytes as MNIST's files store it. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/**
 * The idx format: two zero bytes, the type (8: unsigned byte), the number of dimensions, each dimension as a big-endian
 * uint32, then the values in row-major order. `file` names the bytes in errors.
 *
 * @throws DataError on another magic number or type, other dimensions than `rank`, or a length that the header does not announce.
 */
export function decodeIdx(bytes: Uint8Array, rank: number, file: string): IdxArray {
  const header = 4 + 4 * rank;
  if (bytes.length < header)
    throw new DataError(`${file}: wanted an idx header of ${header} bytes, found ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const wanted = (UNSIGNED_BYTE << 8) | rank;
  if (magic !== wanted) throw new DataError(`${file}: wanted the idx magic number ${wanted}, found ${magic}`);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const size = sizeOf(shape);
  const found = bytes.length - header;
  if (found !== size) throw new DataError(`${file}: wanted ${shape.join('×')} = ${size} values, found ${found}`);
  return { shape, values: bytes.subarray(header) };
}
