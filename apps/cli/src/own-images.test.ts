import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { expectRefusal } from './refusal.fixture.ts';
import { lastJson, onCpu, runHere } from './terminal.fixture.ts';
import { tinyRecipe } from './tiny-run.fixture.ts';

// `pixelrnn train <preset> --images <folder>`, and what may become of the folder afterwards.

const at = temporaryFolder();
const pixelrnn = (...args: string[]) => runHere([...onCpu(args), '--json']);
const TINY = ['--steps', '2', '--set', 'model.layers=1', '--set', 'evaluateImages=2'];
const train = (...args: string[]) => pixelrnn('train', ...args, ...TINY);

async function image(path: string, side: number, values: (i: number) => number, channels: 1 | 3 = 1): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true });
  const data = Uint8Array.from({ length: side * side * channels }, (_, i) => values(i));
  await writeFile(at(path), encode({ width: side, height: side, channels, data }));
}

const configOf = async (run: string) => JSON.parse(await readFile(at(run, 'config.json'), 'utf8'));

beforeAll(async () => {
  for (let i = 0; i < 12; i++) {
    const split = i < 9 ? 'train' : i < 11 ? 'valid' : 'test';
    await image(`bits/${split}/${i}.png`, 6, (k) => ((k * (i + 1)) % 3 === 0 ? 255 : 0));
    await image(`photos/${split}/${i % 2 ? 'cat' : 'dog'}/${i}.png`, 70 + i, (k) => (k * i) % 256, 3);
  }
});

describe('train --images', () => {
  it('chooses size and levels by the files, says so, and goes on by the record of the run', async () => {
    const ran = await train('quickstart', '--images', at('bits'), '--out', at('bits-run'), '--set', 'model.hidden=2');
    expect(ran.stderr).toContain(
      'images: 12 files, all of 6×6, black and white in the 12 that were looked at; the model is for 6×6, grey, 2 levels',
    );
    expect(ran.stderr).toContain('9 images to train, 2 to validate, 1 to test, as the folders say');
    expect(ran).toMatchObject({ code: 0 });
    const { recipe } = await configOf('bits-run');
    expect(recipe).toMatchObject({ preset: 'quickstart', dataset: { name: 'image-folder' } });
    expect(recipe.dataset.options).toMatchObject({ folder: at('bits'), height: 6, width: 6, channels: 1, levels: 2 });
    expect(recipe.model.image).toEqual({ height: 6, width: 6, channels: 1, levels: 2 });

    await rename(at('bits'), at('moved'));
    const gone = await pixelrnn('evaluate', at('bits-run'), '--split', 'test');
    const hint =
      /cannot read \S+bits: there is no such file or folder; if its images lie elsewhere now: --images <folder\|pack>$/m;
    expectRefusal(gone, 1, hint);
    expectRefusal(await pixelrnn('train', '--resume', '--out', at('bits-run'), '--steps', '3'), 1, hint);
    const elsewhere = await pixelrnn('evaluate', at('bits-run'), '--images', at('nowhere'));
    expectRefusal(elsewhere, 1, /cannot read \S+nowhere: there is no such file or folder$/m);
    const moved = await pixelrnn('evaluate', at('bits-run'), '--split', 'test', '--images', at('moved'));
    expect(lastJson(moved)).toMatchObject({ images: 1, split: 'test' });
    expect(moved.stderr).not.toContain('other data');
    const on = ['train', '--resume', '--out', at('bits-run'), '--steps', '3'];
    expect(lastJson(await pixelrnn(...on, '--images', at('moved')))).toMatchObject({ step: 3 });
    expect(await pixelrnn('evaluate', at('bits-run'))).toMatchObject({ code: 0 });
    await rename(at('moved'), at('bits'));
  });

  it('takes what it is told of size and levels, and folders as classes', async () => {
    const args = [
      '--images',
      at('photos'),
      '--out',
      at('photos-run'),
      '--set',
      'model.channels=3',
      '--set',
      'model.head=3',
      '--levels',
      '4',
    ];
    const ran = await train('mnist-gated-pixel-cnn-classes', ...args, '--size', '8x6');
    expect(ran.stderr).toContain(
      'images: 12 files, 1 of 81×81, others of 11 sizes, colored in the 12 that were looked at; ' +
        'the model is for 8×6, RGB, 4 levels, 2 classes',
    );
    expect(ran).toMatchObject({ code: 0 });
    expect((await configOf('photos-run')).dataset.classes).toEqual(['cat', 'dog']);
  });

  it('only moves the images of a recipe that was made for some', async () => {
    const options = { folder: 'nowhere', height: 8, width: 8, channels: 1, binarize: 'threshold' };
    const recipe = { ...tinyRecipe, evaluateImages: 2, dataset: { name: 'image-folder', options } };
    await writeFile(at('own.json'), JSON.stringify(recipe));
    const ran = await pixelrnn('train', at('own.json'), '--images', at('bits'), '--out', at('own-run'));
    expect(ran).toMatchObject({ code: 0 });
    expect((await configOf('own-run')).recipe.dataset.options).toEqual({ ...options, folder: at('bits') });
  });
});

describe('a folder of images in a recipe', () => {
  it('is relative to the recipe, and absolute in the run', async () => {
    const options = { folder: '../bits', height: 8, width: 8, channels: 1, binarize: 'threshold' };
    await mkdir(at('recipes'));
    const recipe = { ...tinyRecipe, evaluateImages: 2, dataset: { name: 'image-folder', options } };
    await writeFile(at('recipes', 'bits.json'), JSON.stringify(recipe));
    expect(await pixelrnn('train', at('recipes', 'bits.json'), '--out', at('relative'))).toMatchObject({ code: 0 });
    expect((await configOf('relative')).recipe.dataset.options.folder).toBe(at('bits'));
  });
});

describe('an image that cannot be read', () => {
  it('is named with all others before the first step, and left out if that is said', async () => {
    for (const name of ['c.png', 'd.png']) await writeFile(at('bits', 'train', name), 'no image');
    const args = ['quickstart', '--images', at('bits'), '--out', at('bad-run'), '--set', 'model.hidden=2'];
    expectRefusal(
      await train(...args),
      1,
      /2 of its images cannot be read: train\/c\.png: .*; train\/d\.png: .*--leave-out bad/,
    );
    const ran = await train(...args, '--leave-out', 'bad');
    expect(ran).toMatchObject({ code: 0 });
    expect((await configOf('bad-run')).recipe.dataset.options.leaveOut).toEqual(['train/c.png', 'train/d.png']);
    const both = await train(...args, '--leave-out', 'bad', '--leave-out', 'train/c.png');
    expectRefusal(both, 2, /wanted --leave-out bad or --leave-out <image> …, got both/);
  });
});

it.each<[string, string[], number, RegExp]>([
  ['a size without images', ['train', 'quickstart', '--size', '8x8'], 2, /--size and --levels only with --images/],
  [
    'data for an image that is given',
    ['complete', 'photos-run', '--known', 'rows:1', '--image', 'x.png', '--images', '.'],
    2,
    /wanted no --data-dir and no --images, since the image is given/,
  ],
  [
    'data for images that are given',
    ['evaluate', 'photos-run', '--image', 'x.png', '--data-dir', '.'],
    2,
    /wanted no --data-dir, since the images are given/,
  ],
  ['a size that is none', ['train', 'quickstart', '--images', '.', '--size', '8'], 2, /Expected height and width/],
  [
    'another data folder for images',
    ['evaluate', 'photos-run', '--data-dir', '.'],
    2,
    /^pixelrnn: --data-dir: image-folder reads nothing from a data folder, since its images lie in .*photos: wanted none$/m,
  ],
  [
    'images of a run on other data',
    ['train', '--resume', '--out', 'own', '--images', '.'],
    2,
    /^pixelrnn: --images: wanted a run that was trained on images of your own, but this one was on digits$/m,
  ],
  [
    'images of a run on other data to evaluate',
    ['evaluate', 'own', '--images', '.'],
    2,
    /^pixelrnn: --images: wanted a run that was trained on images of your own, but this one was on digits$/m,
  ],
  ...['bad', 'train/x.png'].map((image): [string, string[], number, RegExp] => [
    `to leave out ${image} of data that are read as a whole`,
    ['train', 'quickstart', '--set', 'dataset={"name":"digits"}', '--out', 'own-never', '--leave-out', image],
    2,
    /^pixelrnn: --leave-out: digits is read as a whole: wanted nothing to leave out$/m,
  ]),
])('refuses %s', async (_, args, code, says) => {
  const given = args.map((word) => (['photos-run', 'own', 'own-never'].includes(word) ? at(word) : word));
  if (args.includes('own')) {
    await writeFile(at('digits.json'), JSON.stringify(tinyRecipe));
    await pixelrnn('train', at('digits.json'), '--out', at('own'));
  }
  expectRefusal(await pixelrnn(...given), code, says);
});
