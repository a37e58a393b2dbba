import type { ImageSpec, KnownPixels, Rng } from '@pixelrnn/core';

/** What became of images, known of them when they are restored. */
export interface Degradation {
  /** As it is written: `blur:1.5`. */
  readonly text: string;
  /** Channels of the map of images of that many: theirs, and for a mask one more, which says what is known. */
  mapChannels(channels: number): number;
  /** By how many times an image that is given may be smaller in height and width: 1, but for boxes. */
  readonly factor: number;
  /**
   * What is seen of an image, of its size: values 0 … 1, [H, W, C], in steps of 1/255 or of the image's levels, so that a PNG holds exactly
   * what models learn from.
   * @param random of this image
   */
  degrade(values: Float32Array, image: ImageSpec, random: Rng): Float32Array;
  /** What a model is given of it, on −1 … 1: [H, W, mapChannels]. */
  map(degraded: Float32Array, image: ImageSpec): Float32Array;
  /** The pixels that maps [n, H, W, mapChannels] tell as they were, which a restoration keeps. Absent where what is seen tells none for sure. */
  known?(maps: Float32Array, image: ImageSpec): KnownPixels;
}
