import { sizeOf } from '@pixelrnn/core';
import { FLOATS, type FloatType, getFloats, putFloats, viewOf } from './float-bytes.ts';
import type { NamedArray, NamedArrays } from './named-arrays.ts';
import { WeightsError } from './weights-error.ts';

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
 *
 * @param dtype F16 rounds the values to 11 bits, and below 2⁻¹⁴ to multiples of 2⁻²⁴
 * @throws WeightsError if a value is too large for it, or not a number
 */
export function encodeSafetensors(
  tensors: NamedArrays,
  metadata?: Readonly<Record<string, string>>,
  dtype: FloatType = 'F32',
): Uint8Array {
  const header: Record<string, unknown> = metadata ? { [METADATA]: metadata } : {};
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    const large = dtype === 'F16' ? values.find((value) => !(Math.abs(value) <= LARGEST_HALF)) : undefined;
    if (large !== undefined)
      throw new WeightsError(`${name}: wanted values of at most ${LARGEST_HALF} for 16 bits, found ${large}`);
    const start = end;
    end += values.length * FLOATS[dtype].bytes;
    header[name] = { dtype, shape, data_offsets: [start, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + length + end).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(length), true);
  bytes.set(json, LENGTH_BYTES);
  let offset = LENGTH_BYTES + length;
  for (const { values } of tensors.values()) offset = putFloats(view, offset, values, dtype);
  return bytes;
}

/** Whether bytes begin with the length of a header that they hold: as a number, eight characters of JSON are longer than any file. */
export const isSafetensors = (bytes: Uint8Array): boolean => headerLength(bytes) <= bytes.length - LENGTH_BYTES;

const headerLength = (bytes: Uint8Array): number =>
  bytes.length < LENGTH_BYTES ? Number.NaN : Number(viewOf(bytes).getBigUint64(0, true));

/**
 * Reads a safetensors file of tensors of 32 or 16 bits (F32, F16).
 * @param file its name, for errors
 * @throws WeightsError if the header is damaged, the ranges have gaps or do not fit their shapes, or a dtype is another
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
    if (!isEntry(entry)) throw new WeightsError(`${file}: ${name}: wanted dtype, shape and data_offsets`);
  // An empty tensor begins where the next one does.
  const inOrder = Object.entries(entries).sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  const tensors = new Map<string, NamedArray>();
  let expected = 0;
  for (const [name, { dtype, shape, data_offsets }] of inOrder) {
    if (!isFloatType(dtype)) throw new WeightsError(`${file}: ${name}: wanted dtype F32 or F16, found ${dtype}`);
    const [start, end] = data_offsets;
    const size = sizeOf(shape);
    const bytes = size * FLOATS[dtype].bytes;
    if (start !== expected || end - start !== bytes || end > data.byteLength)
      throw new WeightsError(
        `${file}: ${name}: wanted bytes ${expected}–${expected + bytes} of ${data.byteLength} for [${shape}], found ${start}–${end}`,
      );
    tensors.set(name, { shape, values: getFloats(data, start, size, dtype) });
    expected = end;
  }
  if (expected !== data.byteLength)
    throw new WeightsError(`${file}: wanted ${expected} bytes of data, found ${data.byteLength}`);
  return { tensors, metadata };
}

/** What float16 holds at most; above it rounds to infinity. */
const LARGEST_HALF = 65504;

const isFloatType = (dtype: string): dtype is FloatType => Object.hasOwn(FLOATS, dtype);

const isEntry = (entry: Partial<Entry> | null): entry is Entry =>
  typeof entry?.dtype === 'string' && Array.isArray(entry.shape) && entry.data_offsets?.length === 2;

function readHeader(bytes: Uint8Array, file: string): { header: unknown; data: DataView } {
  const length = headerLength(bytes);
  if (!isSafetensors(bytes))
    throw new WeightsError(`${file}: wanted a header of ${length} bytes, found a file of ${bytes.length} bytes`);
  const start = LENGTH_BYTES + length;
  try {
    const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, start)));
    if (typeof header !== 'object' || header === null) throw new Error('wanted an object');
    return { header, data: viewOf(bytes.subarray(start)) };
  } catch (error) {
    throw new WeightsError(`${file}: the header is not JSON`, { cause: error });
  }
}
