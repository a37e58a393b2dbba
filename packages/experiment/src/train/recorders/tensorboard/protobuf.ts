// As much of the wire format of Protocol Buffers as events need: a field is its number and wire type, then its value.

/** A message is its fields, one after the other. */
export const message = (...fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);

/** An integer of 0 … 2⁵³ − 1 (wire type 0). */
export const integer = (field: number, value: number): Uint8Array =>
  Uint8Array.from([...varint(field << 3), ...varint(value)]);

/** Eight bytes (wire type 1). */
export function double(field: number, value: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value, true);
  return Uint8Array.from([...varint((field << 3) | 1), ...new Uint8Array(bytes.buffer)]);
}

/** Four bytes (wire type 5). */
export function float(field: number, value: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setFloat32(0, value, true);
  return Uint8Array.from([...varint((field << 3) | 5), ...new Uint8Array(bytes.buffer)]);
}

/** A message, text or bytes with their length (wire type 2). */
export function bytes(field: number, content: Uint8Array | string): Uint8Array {
  const data = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return Buffer.concat([Uint8Array.from([...varint((field << 3) | 2), ...varint(data.length)]), data]);
}

/** Seven bits a byte, the lowest first; the highest bit of each says whether more follow. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}
