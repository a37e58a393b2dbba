import type { ImageSpec, KnownPixels } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The pixels of an image whose row and column are multiples of a factor: the small image that is subsampled from it.
 *
 *   o . o . o .
 *   . . . . . .        factor 2: o are the small image's
 *   o . o . o .
 *   . . . . . .
 */
export interface Grid {
  /** The small image. */
  readonly image: ImageSpec;
  /** 1 where a pixel is on the grid: [H·W]. */
  readonly mask: Uint8Array;
  /** [B, H, W, C] → [B, H/f, W/f, C] */
  subsample(images: tf.Tensor4D): tf.Tensor4D;
  /** Known pixels that are on the grid, as those of the small images. */
  subsampleKnown(known: KnownPixels): KnownPixels;
  /** Small images as known pixels of large ones. */
  spread(images: Float32Array): KnownPixels;
}

/** @throws if the factor does not divide both sides */
export function grid(who: string, image: ImageSpec, factor: number): Grid {
  const { height, width, channels } = image;
  if (height % factor !== 0 || width % factor !== 0 || factor < 2)
    throw new Error(`${who}: wanted a factor of at least 2 that divides ${height} and ${width}, got ${factor}`);
  const [rows, columns] = [height / factor, width / factor];
  const mask = Uint8Array.from({ length: height * width }, (_, pixel) =>
    Number(Math.floor(pixel / width) % factor === 0 && (pixel % width) % factor === 0),
  );
  /** The pixels of the grid, in raster order. */
  const positions = Array.from(mask.keys()).filter((pixel) => mask[pixel] === 1);

  /** The small image's values of large images', each pixel of so many. */
  function pick<T extends Float32Array | Uint8Array>(from: T, into: T, size: number): T {
    const count = into.length / (positions.length * size);
    for (let b = 0; b < count; b++)
      positions.forEach((position, n) => {
        const start = (b * height * width + position) * size;
        into.set(from.subarray(start, start + size), (b * positions.length + n) * size);
      });
    return into;
  }

  return {
    image: { ...image, height: rows, width: columns },
    mask,
    subsample: (images) =>
      tf.tidy(() => {
        const [batch] = images.shape;
        const byRow = tf.reshape(images, [batch * rows, factor, width, channels]) as tf.Tensor4D;
        const everyRow = tf.slice(byRow, 0, [batch * rows, 1, width, channels]);
        const byColumn = tf.reshape(everyRow, [batch * rows, columns, factor, channels]) as tf.Tensor4D;
        const everyPixel = tf.slice(byColumn, 0, [batch * rows, columns, 1, channels]);
        return tf.reshape(everyPixel, [batch, rows, columns, channels]);
      }),
    subsampleKnown({ images, mask: known }) {
      const count = known.length / (height * width);
      return {
        images: pick(images, new Float32Array(count * positions.length * channels), channels),
        mask: pick(known, new Uint8Array(count * positions.length), 1),
      };
    },
    spread(small) {
      const count = small.length / (positions.length * channels);
      const images = new Float32Array(count * height * width * channels);
      for (let b = 0; b < count; b++)
        positions.forEach((position, n) => {
          const start = (b * positions.length + n) * channels;
          images.set(small.subarray(start, start + channels), (b * height * width + position) * channels);
        });
      return { images, mask: Uint8Array.from({ length: count * mask.length }, (_, i) => mask[i % mask.length]) };
    },
  };
}
