import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DataError } from '../../data-error.ts';
import { decodeImage } from '../../formats/decode-image.ts';
import { glance } from '../../formats/glance.ts';
import type { Raster } from '../../images/raster.ts';
import { readEnds } from './file-ends.ts';
import { listImages } from './list-images.ts';

/** What the images below a folder have in common. */
export interface ImageSurvey {
  readonly count: number;
  /** `28×28 (5000)`: the sizes that their headers tell, the most frequent first, and how many have each. */
  readonly sizes: readonly { readonly height: number; readonly width: number; readonly count: number }[];
  /** 1 where all that were decoded are grey, in whatever format. */
  readonly channels: 1 | 3;
  /** 2 where all that were decoded are black and white, else 256. */
  readonly levels: 2 | 256;
  /** How many were decoded, evenly over the listing. */
  readonly decoded: number;
}

/** Enough to see a color, if colors are not rare. */
const DECODED = 64;

/**
 * Looks at the images below a folder, as {@link imageFolder} finds them, to choose a model for them: the sizes of all, the values of some.
 * Those that cannot be read are passed over: `badImages` names them.
 *
 * @throws DataError if there are none that can be read
 */
export async function surveyImages(folder: string): Promise<ImageSurvey> {
  const root = resolve(folder);
  const { images } = await listImages(root);
  const sizes = sizesOf(images.map((path) => join(root, path)));
  let [isGrey, isBinary, decoded] = [true, true, 0];
  const wanted = Math.min(DECODED, images.length);
  for (let i = 0; i < wanted; i++) {
    const raster = await attempt(join(root, images[Math.floor((i * images.length) / wanted)]));
    if (!raster) continue;
    decoded++;
    isGrey &&= hasNoColor(raster);
    isBinary &&= raster.pixels.every((value) => value === 0 || value === 255);
  }
  if (decoded === 0) throw new DataError(`image-folder: wanted .png or .jpg files below ${root}, found none to read`);
  return { count: images.length, sizes, channels: isGrey ? 1 : 3, levels: isGrey && isBinary ? 2 : 256, decoded };
}

function sizesOf(paths: readonly string[]): ImageSurvey['sizes'] {
  const sizes = new Map<string, { height: number; width: number; count: number }>();
  for (const path of paths) {
    const header = headerOf(path);
    if (!header) continue;
    const { height, width } = header;
    const key = `${height}×${width}`;
    sizes.set(key, { height, width, count: (sizes.get(key)?.count ?? 0) + 1 });
  }
  return [...sizes.values()].sort((a, b) => b.count - a.count);
}

function headerOf(path: string) {
  try {
    return glance(readEnds(path));
  } catch {
    return undefined;
  }
}

const attempt = (path: string): Promise<Raster | undefined> =>
  readFile(path)
    .then((bytes) => decodeImage(bytes, path))
    .catch(() => undefined);

function hasNoColor({ channels, pixels }: Raster): boolean {
  if (channels === 1) return true;
  for (let i = 0; i < pixels.length; i += 3)
    if (pixels[i] !== pixels[i + 1] || pixels[i] !== pixels[i + 2]) return false;
  return true;
}
