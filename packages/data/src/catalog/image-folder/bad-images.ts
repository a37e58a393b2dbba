import { setImmediate as turn } from 'node:timers/promises';
import { messageOf } from '@pixelrnn/files/message';
import type { BadImage, BadImagesOptions } from '../../dataset/dataset.ts';
import { glance } from '../../formats/glance.ts';
import type { ImageHeader } from '../../formats/image-header.ts';
import { readEnds } from './file-ends.ts';

/** Which files to look at, and what is wanted of them. */
export interface FindBadImagesOptions extends BadImagesOptions {
  /** Below the folder. */
  readonly paths: readonly string[];
  /** Of such a path in the file system. */
  readonly resolve: (path: string) => string;
  /** Whether an image with this header can be used; false where only decoding tells. */
  readonly fits: (header: ImageHeader) => boolean;
  /** Reads the image, or says why it cannot be. */
  readonly decode: (path: string) => Promise<unknown>;
}

/** How many files are looked at before others have their turn: a few milliseconds. */
const AT_ONCE = 256;

/** The images that cannot be read. What begins and ends well is believed, unless `thorough`; everything else is decoded to find out. */
export async function findBadImages(options: FindBadImagesOptions): Promise<BadImage[]> {
  const { paths, resolve, fits, decode, thorough = false, signal, onProgress } = options;
  const bad: BadImage[] = [];
  for (const [i, path] of paths.entries()) {
    if (i % AT_ONCE === 0) {
      onProgress?.(i, paths.length);
      await turn();
      signal?.throwIfAborted();
    }
    const file = resolve(path);
    if (!thorough && looksGood(file, fits)) continue;
    try {
      await decode(file);
    } catch (error) {
      const message = messageOf(error);
      bad.push({ path, reason: message.startsWith(`${file}: `) ? message.slice(file.length + 2) : message });
    }
  }
  return bad;
}

function looksGood(file: string, fits: FindBadImagesOptions['fits']): boolean {
  try {
    const header = glance(readEnds(file));
    return header !== undefined && fits(header);
  } catch {
    return false; // decoding will say why
  }
}
