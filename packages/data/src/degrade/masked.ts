import type { ImageSpec } from '@pixelrnn/core';
import { messageOf } from '@pixelrnn/files/message';
import { DataError } from '../data-error.ts';
import { isPixels, isRegion, REGION_FORMS, regionMask } from '../images/region.ts';
import type { Degradation } from './degradation.ts';

/** What hidden pixels look like: the middle grey of bytes. */
const HIDDEN = 128 / 255;

/**
 * A part of the image is unknown. What is not keeps its levels, also those between bytes; a map has 0 where nothing is known, and 1 in its last
 * channel where something is, −1 where it is not.
 *
 * @param text as it is written: `mask:bottom:14`
 * @param part the unknown pixels: `bottom:14`
 * @throws DataError if that is no part
 */
export function masked(text: string, part: string): Degradation {
  if (!isRegion(part)) throw new DataError(`${text}: wanted mask:part with a part ${REGION_FORMS}`);
  const unknownOf = onceForEachSize((image) => unknownPixels(text, part, image));
  return {
    text,
    factor: 1,
    mapChannels: (channels) => channels + 1,
    degrade(values, image) {
      const unknown = unknownOf(image);
      return values.map((value, i) => (unknown[Math.floor(i / image.channels)] ? HIDDEN : value));
    },
    map(degraded, image) {
      const { channels } = image;
      const unknown = unknownOf(image);
      return Float32Array.from({ length: unknown.length * (channels + 1) }, (_, i) => {
        const [pixel, channel] = [Math.floor(i / (channels + 1)), i % (channels + 1)];
        const isKnown = unknown[pixel] === 0;
        if (channel === channels) return isKnown ? 1 : -1;
        return isKnown ? (2 * levelOf(degraded[pixel * channels + channel], image)) / (image.levels - 1) - 1 : 0;
      });
    },
    known(maps, image) {
      const { channels } = image;
      const pixels = maps.length / (channels + 1);
      const at = (pixel: number, channel: number) => maps[pixel * (channels + 1) + channel];
      return {
        images: Float32Array.from({ length: pixels * channels }, (_, i) =>
          levelOf((at(Math.floor(i / channels), i % channels) + 1) / 2, image),
        ),
        mask: Uint8Array.from({ length: pixels }, (_, pixel) => Number(at(pixel, channels) > 0)),
      };
    },
  };
}

/** The level next to a value 0 … 1, which that of a file need not be. */
const levelOf = (value: number, { levels }: ImageSpec): number => Math.round(value * (levels - 1));

/** A text is read once, and not for each of many images. */
function onceForEachSize<T>(compute: (image: ImageSpec) => T): (image: ImageSpec) => T {
  const known = new Map<string, T>();
  return (image) => {
    const size = `${image.height}×${image.width}`;
    if (!known.has(size)) known.set(size, compute(image));
    return known.get(size)!;
  };
}

function unknownPixels(text: string, part: string, image: ImageSpec): Uint8Array {
  try {
    return regionMask(part, image);
  } catch (error) {
    throw new DataError(isPixels(part) ? messageOf(error) : `${text}: ${messageOf(error)}`, { cause: error });
  }
}
