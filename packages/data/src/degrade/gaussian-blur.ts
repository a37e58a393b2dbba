import type { ImageSpec } from '@pixelrnn/core';

/**
 * The Gaussian kernel of standard deviation σ in pixels, e^(−k²/2σ²) at whole k, cut off beyond 4σ (rounded) and normalized to a sum of 1:
 * [2r + 1].
 */
export function gaussianKernel(sigma: number): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * A Gaussian blur of values [H, W, C]: along the columns, then along the rows. Beyond the border the image goes on as at its edge
 * (`scipy.ndimage.gaussian_filter` with mode "nearest").
 */
export function gaussianBlur(
  values: Float32Array,
  { height, width, channels }: ImageSpec,
  sigma: number,
): Float32Array {
  const kernel = gaussianKernel(sigma);
  const radius = (kernel.length - 1) / 2;
  const clamp = (index: number, length: number) => Math.min(length - 1, Math.max(0, index));
  const along = (source: Float32Array, at: (row: number, column: number, offset: number) => number) =>
    Float32Array.from({ length: source.length }, (_, i) => {
      const pixel = Math.floor(i / channels);
      const [row, column] = [Math.floor(pixel / width), pixel % width];
      return kernel.reduce(
        (sum, weight, k) => sum + weight * source[at(row, column, k - radius) * channels + (i % channels)],
        0,
      );
    });
  const down = along(values, (row, column, offset) => clamp(row + offset, height) * width + column);
  return along(down, (row, column, offset) => row * width + clamp(column + offset, width));
}
