import type { GenerativeModel, ImageSpec } from '@pixelrnn/core';
import { MOST_SUB_PIXELS } from './archive.ts';
import { takesAnySize } from './check-model.ts';
import type { BlockShape } from './code-block.ts';

/** Sub-pixels of the images that share a stream: 334 digits, 85 images of 32×32 in colours. */
const BLOCK_SUB_PIXELS = 2 ** 18;
/** An image of more pixels is cut into strips. */
const STRIPPED_PIXELS = 2 ** 16;
/** So many strips side by side, but none of fewer rows: the first rows of each cost bits, and on one thread four are as fast as eight. */
const STRIPS = 8;
const LEAST_ROWS = 128;

export interface BlockOptions {
  readonly block?: number;
  readonly rows?: number;
}

/** Cuts images, in their order, into blocks: neighbours of one size share one, and an image in strips is one by itself. */
export function planBlocks(
  model: GenerativeModel,
  images: readonly Pick<ImageSpec, 'height' | 'width'>[],
  options: BlockOptions,
): BlockShape[] {
  checkOption('block', options.block);
  checkOption('rows', options.rows);
  if (options.rows !== undefined && !takesAnySize(model))
    throw new Error(`compress: wanted no rows of strips for ${model.name}, which takes images of one size`);
  const blocks: BlockShape[] = [];
  for (const { height, width } of images) {
    const last = blocks.at(-1);
    const rows = takesAnySize(model) ? Math.min(height, options.rows ?? defaultRows(height, width)) : height;
    const size = height * width * model.image.channels;
    const room = Math.floor(MOST_SUB_PIXELS / size);
    const most = Math.min(room, options.block ?? Math.floor(BLOCK_SUB_PIXELS / size));
    const fits = last && last.height === height && last.width === width && rows === height && last.count < most;
    if (fits) blocks[blocks.length - 1] = { ...last, count: last.count + 1 };
    else blocks.push({ count: 1, height, width, rows });
  }
  return blocks;
}

const defaultRows = (height: number, width: number): number =>
  height * width > STRIPPED_PIXELS ? Math.max(LEAST_ROWS, Math.ceil(height / STRIPS)) : height;

function checkOption(name: keyof BlockOptions, value: number | undefined): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= 1))
    throw new Error(`compress: wanted ${name} = 1 or more, got ${value}`);
}
