import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sheet } from '../report/sheet.ts';
import { inFolder } from '../train/tiny-run.fixture.ts';
import { fitImages, type OwnImages } from './fit-images.ts';

const preset = {
  model: { system: 'pixelCnn', image: { height: 28, width: 20, channels: 1, levels: 2 }, layers: 3 },
  dataset: { name: 'mnist', options: { binarize: 'threshold' } },
  batchSize: 8,
};

/** Fits the recipe to grey images of these sides. */
const fitted = (sides: readonly number[], options: Partial<OwnImages> = {}, recipe: object = preset) =>
  inFolder(async (folder) => {
    for (const [i, side] of sides.entries()) {
      const image = { height: side, width: side, channels: 1, levels: 256 };
      mkdirSync(join(folder, `class-${i % 2}`), { recursive: true });
      const levels = new Float32Array(side * side).fill(i + 1);
      writeFileSync(join(folder, `class-${i % 2}`, `${i}.png`), sheet(levels, image, { scale: 1, gap: 0 }));
    }
    const lines: string[] = [];
    const found = await fitImages(recipe, { folder, ...options, onChosen: (line) => void lines.push(line) });
    return { folder, found, line: lines.join('\n') };
  });

describe('fitImages', () => {
  it('takes size, colors and levels of the files, and the rest of the recipe', async () => {
    const { folder, found, line } = await fitted([9, 9, 9]);
    const image = { height: 9, width: 9, channels: 1, levels: 256 };
    expect(found).toEqual({
      model: { ...preset.model, image },
      dataset: { name: 'image-folder', options: { folder, ...image } },
      batchSize: 8,
    });
    expect(line).toBe(
      'images: 3 files, all of 9×9, grey in the 3 that were looked at; the model is for 9×9, grey, 256 levels',
    );
  });

  it.each([
    ['differ', [9, 10]],
    ['are larger than those of the papers', [65, 65]],
  ])('takes the size of the recipe where the files %s', async (_, sides) => {
    const { found } = await fitted(sides);
    expect(found).toMatchObject({
      model: { image: { height: 28, width: 20 } },
      dataset: { options: { height: 28, width: 20 } },
    });
  });

  it('takes folders for the classes of a model that has some', async () => {
    const { found, line } = await fitted([5, 5], {}, { ...preset, model: { ...preset.model, classes: 10 } });
    expect(found).toMatchObject({ model: { classes: 2 }, dataset: { options: { labels: 'folders' } } });
    expect(line).toMatch(/2 classes$/);
  });

  it('changes only the folder of a recipe that was made for some images, unless it is told more', async () => {
    const own = { ...preset, dataset: { name: 'image-folder', options: { folder: '/other', height: 28, width: 20 } } };
    const { folder, found, line } = await fitted([9], {}, own);
    expect([found, line]).toEqual([
      { ...own, dataset: { name: 'image-folder', options: { folder, height: 28, width: 20 } } },
      '',
    ]);
    const told = await fitted([9], { size: { height: 4, width: 6 }, levels: 8 }, own);
    expect(told.found).toMatchObject({ model: { image: { height: 4, width: 6, channels: 1, levels: 8 } } });
  });

  it('wants a model', async () => {
    await expect(fitted([9], {}, {})).rejects.toThrow('images: wanted a recipe with a model whose images are known');
  });
});
