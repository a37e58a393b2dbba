/** An array of NumPy's, as it lies in its file. */
export interface NpyArray {
  /** `|u1`, `<i8`, … */
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const MAGIC = '\x93NUMPY';

/**
 * Reads the format of `.npy` (NumPy Enhancement Proposal 1), versions 1 to 3, in C order.
 *
 * @throws Error in a few words on anything else
 */
export function decodeNpy(bytes: Uint8Array): NpyArray {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 6) !== MAGIC || bytes.length < 12) throw new Error('no array of NumPy');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [length, start] = bytes[6] === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  const header = text(start, Math.min(bytes.length, start + length));
  const type = /'descr': '([^']+)'/.exec(header)?.[1];
  const shape = /'shape': \(([\d, ]*)\)/.exec(header)?.[1];
  if (type === undefined || shape === undefined || !header.includes("'fortran_order': False"))
    throw new Error(`an array of NumPy that is ${header.trim()}`);
  const sides = shape.split(',').flatMap((side) => (side.trim() === '' ? [] : [Number(side)]));
  return { type, shape: sides, bytes: bytes.subarray(start + length) };
}
