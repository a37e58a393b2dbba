import { crc32, deflateSync } from 'node:zlib';

/** A PNG file of any kind, from the numbers that stand in it. */
export interface PngSpec {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colorType: number;
  /** [height, width, channels] */
  readonly values: ArrayLike<number>;
  readonly interlaced?: boolean;
  /** Of row i the filter `filter(i)`; 0 for none. */
  readonly filter?: (row: number) => number;
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
  /** Bytes that each chunk of data holds at most. */
  readonly chunk?: number;
}

export const channelsOf = (colorType: number): number => ({ 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 })[colorType]!;

/** First row, first column, every how many rows, every how many columns. */
const PASSES = [
  [0, 0, 8, 8],
  [0, 4, 8, 8],
  [4, 0, 8, 4],
  [0, 2, 4, 4],
  [2, 0, 4, 2],
  [0, 1, 2, 2],
  [1, 0, 2, 1],
] as const;

export function writePng(spec: PngSpec): Uint8Array {
  const { width, height, depth, colorType, palette, transparency, chunk = 1 << 20 } = spec;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colorType, 0, 0, spec.interlaced ? 1 : 0], 8);
  const passes = spec.interlaced ? PASSES : ([[0, 0, 1, 1]] as const);
  const data = deflateSync(Uint8Array.from(passes.flatMap((pass) => rowsOf(spec, pass))));
  const parts = Array.from({ length: Math.ceil(data.length / chunk) }, (_, i) =>
    chunkOf('IDAT', data.subarray(i * chunk, (i + 1) * chunk)),
  );
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunkOf('IHDR', header),
    ...(palette ? [chunkOf('PLTE', Uint8Array.from(palette))] : []),
    ...(transparency ? [chunkOf('tRNS', Uint8Array.from(transparency))] : []),
    ...parts,
    chunkOf('IEND', new Uint8Array(0)),
  ]);
}

export function chunkOf(type: string, body: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(type), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** The rows of a pass, each packed into bytes and filtered. */
function rowsOf(spec: PngSpec, [top, left, down, right]: readonly [number, number, number, number]): number[] {
  const { width, height, depth, filter = () => 0 } = spec;
  const channels = channelsOf(spec.colorType);
  const columns = Array.from({ length: width }, (_, i) => i).filter((i) => i >= left && (i - left) % right === 0);
  if (columns.length === 0) return [];
  const distance = Math.max(1, (channels * depth) / 8);
  const bytes: number[] = [];
  let above: number[] = [];
  let number = 0;
  for (let row = top; row < height; row += down) {
    const samples = columns.flatMap((column) =>
      Array.from({ length: channels }, (_, c) => spec.values[(row * width + column) * channels + c]),
    );
    const packed = pack(samples, depth);
    const kind = filter(number++);
    bytes.push(kind, ...packed.map((byte, i) => (byte - predicted(kind, packed, above, i, distance)) & 255));
    above = packed;
  }
  return bytes;
}

function pack(samples: readonly number[], depth: number): number[] {
  const bits = samples.map((sample) => sample.toString(2).padStart(depth, '0')).join('');
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

function predicted(kind: number, row: readonly number[], above: readonly number[], i: number, distance: number) {
  const a = row[i - distance] ?? 0;
  const b = above[i] ?? 0;
  const c = i < distance ? 0 : (above[i - distance] ?? 0);
  if (kind === 4) {
    const p = a + b - c;
    const nearest = Math.min(Math.abs(p - a), Math.abs(p - b), Math.abs(p - c));
    return [a, b, c].find((candidate) => Math.abs(p - candidate) === nearest)!;
  }
  return [0, a, b, Math.floor((a + b) / 2)][kind];
}
