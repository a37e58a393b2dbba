import type { ImageSpec } from '@pixelrnn/core';
import { messageOf, REGION_FORMS, regionMask } from '@pixelrnn/data';
import { UsageError } from '@pixelrnn/shell';

/** What `--known` may be, in words. */
export const KNOWN_FORMS = REGION_FORMS;

/**
 * The pixels that `--known` leaves as they are: 1 for them, 0 for the others, [H·W].
 *
 * @throws UsageError if it is no part of the image, or all of it: with all known there is nothing to complete
 */
export function knownMask(text: string, image: ImageSpec): Uint8Array {
  try {
    return regionMask(text, image);
  } catch (error) {
    throw new UsageError(`--known: ${messageOf(error)}`, { cause: error });
  }
}
