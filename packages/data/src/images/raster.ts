import { DataError } from '../data-error.ts';

/** Bytes, or where these do not do, 16 bits. */
type Pixels = Uint8Array | Uint16Array;

/** An image, [height, width, channels]; 1 channel is grey, 3 are RGB. */
export interface Raster<P extends Pixels = Uint8Array> {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly pixels: P;
}

/**
 * `crop`: the window at the center. `box`: the largest centered region of the same shape, each pixel the mean of the
 * area it covers.
 */
export const FITS = ['crop', 'box'] as const;
/** One of {@link FITS}. */
export type Fit = (typeof FITS)[number];

/**
 * An image of height×width out of one of any size.
 *
 * @throws DataError if it is smaller than the window to crop. `file` names it.
 */
export function fitRaster(raster: Raster, height: number, width: number, fit: Fit, file: string): Raster {
  if (raster.height === height && raster.width === width) return raster;
  return fit === 'box' ? boxResize(raster, height, width) : cropRaster(raster, height, width, file);
}

/** The window of height×width at the center of an image, of whatever its numbers mean. @throws DataError if it is smaller */
export function cropRaster<P extends Pixels>(
  raster: Raster<P>,
  height: number,
  width: number,
  file: string,
): Raster<P> {
  if (raster.height < height || raster.width < width) {
    throw new DataError(
      `${file}: wanted at least ${height}×${width} pixels to crop, found ${raster.height}×${raster.width}`,
    );
  }
  return crop(raster, Math.floor((raster.height - height) / 2), Math.floor((raster.width - width) / 2), height, width);
}

function crop<P extends Pixels>(
  { width: stride, channels, pixels }: Raster<P>,
  top: number,
  left: number,
  height: number,
  width: number,
): Raster<P> {
  const cropped = new (pixels.constructor as new (length: number) => P)(height * width * channels);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * stride + left) * channels;
    cropped.set(pixels.subarray(start, start + width * channels), row * width * channels);
  }
  return { height, width, channels, pixels: cropped };
}

/** The largest centered region of the same shape, as area means. */
function boxResize(raster: Raster, toHeight: number, toWidth: number): Raster {
  const scale = Math.min(raster.height / toHeight, raster.width / toWidth);
  return areaMeans(raster, footprints(raster.height, toHeight, scale), footprints(raster.width, toWidth, scale));
}

/** All of an image as one of height×width, whatever their shapes: each pixel the mean of the area it covers. */
export function stretchRaster(raster: Raster, height: number, width: number): Raster {
  const rows = footprints(raster.height, height, raster.height / height);
  return areaMeans(raster, rows, footprints(raster.width, width, raster.width / width));
}

/** Separable area means: rows, then columns, rounded once at the end. */
function areaMeans(
  { width, channels, pixels }: Raster,
  rows: readonly (readonly Share[])[],
  columns: readonly (readonly Share[])[],
): Raster {
  const [toHeight, toWidth] = [rows.length, columns.length];
  const resized = new Uint8Array(toHeight * toWidth * channels);
  const line = new Float64Array(width * channels);
  for (let row = 0; row < toHeight; row++) {
    line.fill(0);
    for (const { from, weight } of rows[row]) {
      for (let i = 0; i < line.length; i++) line[i] += weight * pixels[from * width * channels + i];
    }
    for (let column = 0; column < toWidth; column++) {
      for (let c = 0; c < channels; c++) {
        const mean = columns[column].reduce((sum, { from, weight }) => sum + weight * line[from * channels + c], 0);
        resized[(row * toWidth + column) * channels + c] = Math.round(mean);
      }
    }
  }
  return { height: toHeight, width: toWidth, channels, pixels: resized };
}

interface Share {
  readonly from: number;
  readonly weight: number;
}

/**
 * For each of `count` pixels of length `scale`, centered on a side of `length` pixels: which of these it covers, and
 * how much of each.
 */
function footprints(length: number, count: number, scale: number): Share[][] {
  const origin = (length - count * scale) / 2;
  return Array.from({ length: count }, (_, i) => {
    const start = origin + i * scale;
    const end = start + scale;
    const first = Math.max(0, Math.floor(start));
    const last = Math.min(length, Math.ceil(end));
    const covered = (from: number) => Math.min(end, from + 1) - Math.max(start, from);
    return Array.from({ length: last - first }, (_, k) => ({ from: first + k, weight: covered(first + k) / scale }));
  });
}

/** The same image with 1 or 3 channels. Grey of RGB is the luma of ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B. */
export function withChannels(raster: Raster, channels: 1 | 3): Raster {
  if (raster.channels === channels) return raster;
  const { height, width, pixels } = raster;
  const count = height * width;
  const converted = new Uint8Array(count * channels);
  for (let i = 0; i < count; i++) {
    if (channels === 3) converted.fill(pixels[i], i * 3, i * 3 + 3);
    else converted[i] = Math.round((299 * pixels[i * 3] + 587 * pixels[i * 3 + 1] + 114 * pixels[i * 3 + 2]) / 1000);
  }
  return { height, width, channels, pixels: converted };
}
