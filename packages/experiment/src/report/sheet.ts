import type { ImageSpec } from '@pixelrnn/core';
import { encode } from 'fast-png';
import { ExperimentError } from '../experiment-error.ts';

/** How a sheet is laid out. */
export interface SheetOptions {
  /** Images in a row. Default: the sheet is about square. */
  readonly columns?: number;
  /** Each pixel becomes scale × scale. Default: images of about 96 pixels. */
  readonly scale?: number;
  /** Pixels between images and around them. */
  readonly gap?: number;
  /** Grey of the gaps, 0 … 255. */
  readonly background?: number;
}

const SHEET_DEFAULTS = { gap: 1, background: 128 };
const COMFORTABLE = 96;

/** One image of the sheet: [H, W, C] levels, and which pixels to show as unknown. */
interface Cell {
  readonly image: Float32Array;
  readonly hidden?: (row: number, column: number) => boolean;
}

/**
 * A contact sheet as PNG: images [n, H, W, C] of levels 0 … L−1, row by row, each level at v · 255 / (L − 1).
 * @throws ExperimentError if the values are no whole number of images
 */
export function sheet(images: Float32Array, spec: ImageSpec, options: SheetOptions = {}): Uint8Array {
  return drawSheet(
    split(images, spec).map((image) => ({ image })),
    spec,
    options,
  );
}

/**
 * A sheet of completions, one line for each image: the original, what was known of it, then its completions.
 * @param originals [n, H, W, C]
 * @param completions [n · perImage, H, W, C], those of the first image first
 * @param known whether a pixel was given
 */
export function completionSheet(
  {
    originals,
    completions,
    known,
  }: {
    readonly originals: Float32Array;
    readonly completions: Float32Array;
    readonly known: (row: number, column: number) => boolean;
  },
  spec: ImageSpec,
  options: Omit<SheetOptions, 'columns'> = {},
): Uint8Array {
  const rows = split(originals, spec);
  const all = split(completions, spec);
  const perImage = all.length / rows.length;
  if (!Number.isInteger(perImage) || perImage < 1)
    throw new ExperimentError(
      `completionSheet: wanted as many completions for each of ${rows.length} images, got ${all.length}`,
    );
  const hidden = (row: number, column: number) => !known(row, column);
  const cells = rows.flatMap((image, i): Cell[] => [
    { image },
    { image, hidden },
    ...all.slice(i * perImage, (i + 1) * perImage).map((completion) => ({ image: completion })),
  ]);
  return drawSheet(cells, spec, { ...options, columns: perImage + 2 });
}

function split(images: Float32Array, { height, width, channels }: ImageSpec): Float32Array[] {
  const size = height * width * channels;
  if (images.length === 0 || images.length % size !== 0)
    throw new ExperimentError(
      `sheet: wanted images of [${height}, ${width}, ${channels}] (${size} values), got ${images.length} values`,
    );
  return Array.from({ length: images.length / size }, (_, i) => images.subarray(i * size, (i + 1) * size));
}

function drawSheet(cells: readonly Cell[], spec: ImageSpec, options: SheetOptions): Uint8Array {
  const { height, width, channels, levels } = spec;
  const { gap, background } = { ...SHEET_DEFAULTS, ...options };
  const columns = Math.min(cells.length, options.columns ?? Math.ceil(Math.sqrt(cells.length)));
  const scale = options.scale ?? Math.max(1, Math.round(COMFORTABLE / Math.max(height, width)));
  const rows = Math.ceil(cells.length / columns);
  const pitch = { x: width * scale + gap, y: height * scale + gap };
  const size = { width: columns * pitch.x + gap, height: rows * pitch.y + gap };
  const data = new Uint8Array(size.width * size.height * channels).fill(background);
  cells.forEach(({ image, hidden }, index) => {
    const left = gap + (index % columns) * pitch.x;
    const top = gap + Math.floor(index / columns) * pitch.y;
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const [row, column] = [Math.floor(y / scale), Math.floor(x / scale)];
        if (hidden?.(row, column)) continue;
        for (let c = 0; c < channels; c++) {
          const level = image[(row * width + column) * channels + c];
          data[((top + y) * size.width + left + x) * channels + c] = Math.round((level * 255) / (levels - 1));
        }
      }
    }
  });
  return encode({ ...size, data, channels, depth: 8 });
}
