import { crc32c } from '@pixelrnn/core';

/**
 * A record of TensorFlow's TFRecord files (`tensorflow/core/lib/io/record_writer.h`): the length as uint64, its checksum, the data, its
 * checksum; all little-endian.
 */
export function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + data.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(data), true);
  return bytes;
}

/** Rotated right by 15 bits and moved on, since the checksum of data that holds its own checksum says little. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
