// Little-endian whatever the host: as both formats store them.

/** Writes values from `offset` on; returns the offset after them. */
export function putFloats(view: DataView, offset: number, values: Float32Array): number {
  for (let i = 0; i < values.length; i++) view.setFloat32(offset + 4 * i, values[i], true);
  return offset + values.byteLength;
}

/** Reads `count` values from `offset` on, wherever that is aligned. */
export const getFloats = (view: DataView, offset: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => view.getFloat32(offset + 4 * i, true));

/** The numbers of a stretch of bytes. */
export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
