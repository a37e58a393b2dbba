import { ExperimentError } from '../experiment-error.ts';

/** Numbers and their shape. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Arrays by name, in the order of the file. */
export type NamedArrays = ReadonlyMap<string, NamedArray>;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const LENGTH_BYTES = 8;
const METADATA = '__metadata__';

/**
 * The safetensors format (huggingface/safetensors): a little-endian uint64 n, a JSON header of n bytes that gives each tensor's dtype,
 * shape and byte range, then the bytes of all tensors without gaps. The header is padded with spaces, so the data is 8-byte aligned.
 */
export function encodeSafetensors(tensors: NamedArrays, metadata?: Readonly<Record<string, string>>): Uint8Array {
  const header: Record<string, unknown> = metadata ? { [METADATA]: metadata } : {};
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + length + end).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(length), true);
  bytes.set(json, LENGTH_BYTES);
  let offset = LENGTH_BYTES + length;
  for (const { values } of tensors.values()) {
    for (let i = 0; i < values.length; i++, offset += 4) view.setFloat32(offset, values[i], true);
  }
  return bytes;
}

/**
 * Reads a safetensors file of float32 tensors.
 * @param file its name, for errors
 * @throws ExperimentError if the header is damaged, the ranges have gaps or do not fit their shapes, or a dtype is not F32
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  file = 'safetensors',
): { tensors: Map<string, NamedArray>; metadata: Record<string, string> } {
  const { header, data } = readHeader(bytes, file);
  const { [METADATA]: metadata = {}, ...entries } = header as Record<string, Entry> & {
    [METADATA]?: Record<string, string>;
  };
  for (const [name, entry] of Object.entries(entries))
    if (!isEntry(entry)) throw new ExperimentError(`${file}: ${name}: wanted dtype, shape and data_offsets`);
  const inOrder = Object.entries(entries).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  const tensors = new Map<string, NamedArray>();
  let expected = 0;
  for (const [name, { dtype, shape, data_offsets }] of inOrder) {
    if (dtype !== 'F32') throw new ExperimentError(`${file}: ${name}: wanted dtype F32, found ${dtype}`);
    const [start, end] = data_offsets;
    const size = shape.reduce((a, b) => a * b, 1);
    if (start !== expected || end - start !== size * 4 || end > data.byteLength)
      throw new ExperimentError(
        `${file}: ${name}: wanted bytes ${expected}–${expected + size * 4} of ${data.byteLength} for [${shape}], found ${start}–${end}`,
      );
    const values = Float32Array.from({ length: size }, (_, i) => data.getFloat32(start + i * 4, true));
    tensors.set(name, { shape, values });
    expected = end;
  }
  if (expected !== data.byteLength)
    throw new ExperimentError(`${file}: wanted ${expected} bytes of data, found ${data.byteLength}`);
  return { tensors, metadata };
}

const isEntry = (entry: Partial<Entry> | null): entry is Entry =>
  typeof entry?.dtype === 'string' && Array.isArray(entry.shape) && entry.data_offsets?.length === 2;

function readHeader(bytes: Uint8Array, file: string): { header: unknown; data: DataView } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < LENGTH_BYTES ? Number.NaN : Number(view.getBigUint64(0, true));
  if (!(length <= bytes.length - LENGTH_BYTES))
    throw new ExperimentError(`${file}: wanted a header of ${length} bytes, found a file of ${bytes.length} bytes`);
  const start = LENGTH_BYTES + length;
  try {
    const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, start)));
    if (typeof header !== 'object' || header === null) throw new Error('wanted an object');
    return { header, data: new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start) };
  } catch (error) {
    throw new ExperimentError(`${file}: the header is not JSON`, { cause: error });
  }
}
