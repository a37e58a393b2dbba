import { resolve } from 'node:path';
import { pixelsText } from '@pixelrnn/data';
import { readMask } from '@pixelrnn/data/node';

const FILE = /^mask:(.+\.(?:png|jpe?g))$/i;

/**
 * The recipe, which need not have been checked, with the white pixels of `restore: 'mask:holes.png'` written out, so that what is learned does not hang on
 * the file.
 * @param folder what the file is relative to
 * @throws DataError unless it is an image in black and white
 */
export async function withMaskWrittenOut<R>(recipe: R, folder: string = process.cwd()): Promise<R> {
  const { restore } = recipe as { readonly restore?: unknown };
  const [, file] = (typeof restore === 'string' && FILE.exec(restore)) || [];
  if (file === undefined) return recipe;
  const mask = await readMask(resolve(folder, file));
  return { ...recipe, restore: `mask:${pixelsText(mask, mask.white)}` };
}
