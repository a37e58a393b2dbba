import { getFloat16, setFloat16 } from '@petamoriken/float16';

// Little-endian whatever the host: as both formats store them.

/** The types of stored numbers, by their names in safetensors. */
export const FLOATS = {
  F32: {
    bytes: 4,
    get: (view: DataView, at: number) => view.getFloat32(at, true),
    put: (view: DataView, at: number, value: number) => view.setFloat32(at, value, true),
  },
  F16: {
    bytes: 2,
    get: (view: DataView, at: number) => getFloat16(view, at, true),
    put: (view: DataView, at: number, value: number) => setFloat16(view, at, value, true),
  },
} as const;

export type FloatType = keyof typeof FLOATS;

/** Writes values from `offset` on; returns the offset after them. */
export function putFloats(view: DataView, offset: number, values: Float32Array, type: FloatType = 'F32'): number {
  const { bytes, put } = FLOATS[type];
  for (let i = 0; i < values.length; i++) put(view, offset + bytes * i, values[i]);
  return offset + bytes * values.length;
}

/** Reads `count` values from `offset` on, wherever that is aligned. */
export function getFloats(view: DataView, offset: number, count: number, type: FloatType = 'F32'): Float32Array {
  const { bytes, get } = FLOATS[type];
  return Float32Array.from({ length: count }, (_, i) => get(view, offset + bytes * i));
}

/** The numbers of a stretch of bytes. */
export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
