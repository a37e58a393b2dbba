import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileSystem, NODE_FILES } from '@pixelrnn/files';
import { checkpointFolder } from '../checkpoint/checkpoint.ts';
import { parseRecipe } from '../recipe/parse-recipe.ts';
import type { RecipeInput } from '../recipe/recipe-schema.ts';
import { type RunRecipe, withDataset } from '../recipe/run-recipe.ts';

export const TINY_MODEL = {
  system: 'pixelCnn',
  image: { height: 8, width: 8, channels: 1, levels: 2 },
  layers: 1,
  hidden: 2,
  head: 4,
  skip: false,
};

/** A run of a second: a tiny PixelCNN on the digits that come with `@pixelrnn/data`. */
export const tinyRecipe = (overrides: Partial<RecipeInput> = {}): RunRecipe =>
  withDataset(
    parseRecipe({
      model: TINY_MODEL,
      dataset: { name: 'digits', options: { binarize: 'threshold' } },
      batchSize: 2,
      optimizer: { name: 'adam', learningRate: 0.02 },
      schedule: [{ name: 'warm-up', steps: 3 }, { name: 'linear' }],
      clip: { norm: 20 },
      ema: { decay: 0.9 },
      ...(overrides.minutes === undefined && { steps: 12 }),
      seed: 1,
      evaluateEvery: 4,
      evaluateImages: 8,
      checkpointEvery: 3,
      sampleEvery: 0,
      journalEvery: 1,
      ...overrides,
    }),
    'recipe',
  );

/** A new folder, removed after `body`. */
export async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pixelrnn-experiment-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The bytes of the arrays of a checkpoint: equal texts are equal bits. */
export const arrayBytes = (run: string, step: number): string[] =>
  ['params', 'averaged', 'optimizer'].map((name) =>
    readFileSync(join(checkpointFolder(run, step), `${name}.safetensors`)).toString('base64'),
  );

/** A disk that is full after so many openings for writing. */
export function diskFullAfter(writes: number): FileSystem {
  let left = writes;
  return {
    ...NODE_FILES,
    async open(path, flags) {
      const file = await NODE_FILES.open(path, flags);
      if (flags === 'r' || left-- > 0) return file;
      const full = () =>
        Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
      return { writeFile: full, sync: () => file.sync(), close: () => file.close() };
    },
  };
}
