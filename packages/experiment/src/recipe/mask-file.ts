import { resolve } from 'node:path';
import { pixelsText } from '@pixelrnn/data';
import { readMask } from '@pixelrnn/data/node';
import { messageOf } from '@pixelrnn/files';
import { ExperimentError } from '../experiment-error.ts';

// `restore: 'mask:holes.png'` of a recipe, which need not have been checked: what is learned must not hang on the file.

const FILE = /^mask:(.+\.(?:png|jpe?g))$/i;

function fileOf(recipe: unknown): string | undefined {
  const { restore } = recipe as { readonly restore?: unknown };
  return typeof restore === 'string' ? FILE.exec(restore)?.[1] : undefined;
}

/** The recipe with the path of its mask as an absolute one. */
export function withAbsoluteMask<R>(recipe: R, folder: string = process.cwd()): R {
  const file = fileOf(recipe);
  return file === undefined ? recipe : { ...recipe, restore: `mask:${resolve(folder, file)}` };
}

/**
 * The recipe with the white pixels of its mask written out.
 * @throws ExperimentError unless the file is an image in black and white, and not in black alone
 */
export async function withMaskWrittenOut<R>(recipe: R, source: string): Promise<R> {
  const file = fileOf(recipe);
  if (file === undefined) return recipe;
  try {
    const mask = await readMask(file);
    if (!mask.white.includes(1)) throw new Error(`${file}: wanted a mask with white pixels, to restore, found none`);
    return { ...recipe, restore: `mask:${pixelsText(mask, mask.white)}` };
  } catch (error) {
    throw new ExperimentError(`${source}: restore: ${messageOf(error)}`, { cause: error });
  }
}
