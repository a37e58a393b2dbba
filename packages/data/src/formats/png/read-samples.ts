import { inflateSync } from 'node:zlib';
import type { PngChunks } from './read-chunks.ts';

/** Numbers as they stand in a PNG file: grey, colors, alphas, or indices into its palette. */
export interface Samples {
  readonly channels: number;
  /** 0 … 2^depth − 1, [height, width, channels]. */
  readonly values: Uint8Array | Uint16Array;
}

/** Every how many pixels, beginning where. */
interface Pass {
  readonly top: number;
  readonly left: number;
  readonly down: number;
  readonly right: number;
}

const WHOLE: readonly Pass[] = [{ top: 0, left: 0, down: 1, right: 1 }];

/** Section 8.1: in each 8×8 pixels these are sent first. */
const ADAM7: readonly Pass[] = [
  { top: 0, left: 0, down: 8, right: 8 },
  { top: 0, left: 4, down: 8, right: 8 },
  { top: 4, left: 0, down: 8, right: 4 },
  { top: 0, left: 2, down: 4, right: 4 },
  { top: 2, left: 0, down: 4, right: 2 },
  { top: 0, left: 1, down: 2, right: 2 },
  { top: 1, left: 0, down: 2, right: 1 },
];

/** A smaller image as it stands in the data: rows of bytes, each after the number of its filter. */
interface Part extends Pass {
  readonly rows: number;
  readonly columns: number;
  readonly rowBytes: number;
}

/**
 * Decompresses, undoes the filters and puts the samples of all passes in their places.
 *
 * @throws Error in a few words if the data are damaged or not as many as the size asks for
 */
export function readSamples(png: PngChunks): Samples {
  const { width, height, depth, channels } = png;
  const parts = (png.interlaced ? ADAM7 : WHOLE).map((pass) => partOf(pass, png));
  const length = parts.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
  const bytes = inflate(png.data, length);
  const values = depth === 16 ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels);
  const distance = Math.max(1, (channels * depth) >> 3);
  let at = 0;
  for (const part of parts) {
    const end = at + part.rows * (1 + part.rowBytes);
    const filtered = bytes.subarray(at, end);
    unfilter(filtered, part, distance);
    scatter(filtered, part, values, png);
    at = end;
  }
  return { channels, values };
}

/** An empty pass has no rows, and no filter numbers either. */
function partOf(pass: Pass, { width, height, depth, channels }: PngChunks): Part {
  const columns = Math.max(0, Math.ceil((width - pass.left) / pass.right));
  const rows = columns === 0 ? 0 : Math.max(0, Math.ceil((height - pass.top) / pass.down));
  return { ...pass, rows, columns, rowBytes: Math.ceil((columns * channels * depth) / 8) };
}

function inflate(data: readonly Uint8Array[], length: number): Uint8Array {
  let bytes: Uint8Array;
  try {
    // What goes on after the last row is nobody's: readers pass it over, but not without end.
    bytes = inflateSync(data.length === 1 ? data[0] : Buffer.concat(data), { maxOutputLength: length + 2 ** 16 });
  } catch (error) {
    throw new Error(`damaged data (${(error as Error).message})`, { cause: error });
  }
  if (bytes.length < length) throw new Error(`${bytes.length} bytes of data, not ${length}`);
  return bytes;
}

/** Section 9: each row was made smaller by what stands left of it and above. `distance` is that of the left neighbor. */
function unfilter(bytes: Uint8Array, { rows, rowBytes }: Part, distance: number): void {
  let above: Uint8Array = new Uint8Array(rowBytes);
  for (let row = 0; row < rows; row++) {
    const start = row * (1 + rowBytes) + 1;
    const here = bytes.subarray(start, start + rowBytes);
    unfilterRow(bytes[start - 1], here, above, distance);
    above = here;
  }
}

/** The first pixel has zeros on its left. */
function unfilterRow(filter: number, row: Uint8Array, above: Uint8Array, distance: number): void {
  const first = Math.min(distance, row.length);
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let i = first; i < row.length; i++) row[i] += row[i - distance];
      return;
    case 2:
      for (let i = 0; i < row.length; i++) row[i] += above[i];
      return;
    case 3:
      for (let i = 0; i < first; i++) row[i] += above[i] >> 1;
      for (let i = first; i < row.length; i++) row[i] += (row[i - distance] + above[i]) >> 1;
      return;
    case 4:
      for (let i = 0; i < first; i++) row[i] += above[i];
      for (let i = first; i < row.length; i++) row[i] += paeth(row[i - distance], above[i], above[i - distance]);
      return;
    default:
      throw new Error(`filter ${filter}`);
  }
}

/** Of left, above and the corner between them the one that is nearest to left + above − corner. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Samples of one pass, of which a byte may hold several, to their places in the image. */
function scatter(
  bytes: Uint8Array,
  { top, left, down, right, rows, columns, rowBytes }: Part,
  values: Uint8Array | Uint16Array,
  { width, depth, channels }: PngChunks,
): void {
  const mask = 2 ** depth - 1;
  for (let row = 0; row < rows; row++) {
    const from = row * (1 + rowBytes) + 1;
    const to = ((top + row * down) * width + left) * channels;
    if (depth === 8 && right === 1) {
      values.set(bytes.subarray(from, from + rowBytes), to);
      continue;
    }
    for (let column = 0; column < columns; column++) {
      for (let c = 0; c < channels; c++) {
        const sample = column * channels + c;
        const target = to + column * right * channels + c;
        if (depth === 16) values[target] = (bytes[from + 2 * sample] << 8) | bytes[from + 2 * sample + 1];
        else if (depth === 8) values[target] = bytes[from + sample];
        else values[target] = (bytes[from + ((sample * depth) >> 3)] >> (8 - depth - ((sample * depth) & 7))) & mask;
      }
    }
  }
}
