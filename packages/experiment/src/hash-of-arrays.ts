import { sha256 } from './files.ts';

/** One SHA-256 of the bytes of all of them, in their order. */
export const hashOfArrays = (arrays: readonly ArrayBufferView[]): string =>
  sha256(
    arrays.map(({ buffer, byteOffset, byteLength }) => sha256(new Uint8Array(buffer, byteOffset, byteLength))).join(),
  );
