import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digits } from '@pixelrnn/data';
import { describe, expect, it } from 'vitest';
import { listCheckpoints } from '../checkpoint/checkpoint.ts';
import { sheet } from '../report/sheet.ts';
import { evaluateRun } from '../run/evaluate-run.ts';
import { readJournal } from '../run/journal.ts';
import { arrayBytes, inFolder, TINY_MODEL, tinyRecipe } from './tiny-run.fixture.ts';
import { trainRun } from './train-run.ts';

const LAST = 12;
const png = sheet(new Float32Array(64).fill(1), TINY_MODEL.image, { scale: 1, gap: 0 });
/** A chunk longer than what is looked at before the first step, and no end of the data in it. */
const hollow = Buffer.concat([png.subarray(0, 33), chunk(2 ** 17), png.subarray(-12)]);

function chunk(length: number): Buffer {
  const bytes = Buffer.alloc(12 + length);
  bytes.writeUInt32BE(length);
  bytes.write('IDAT', 4);
  return bytes;
}

/** Images of all splits, some of them as given. */
async function withImages<T>(
  bad: Readonly<Record<string, Uint8Array>>,
  body: (out: string, images: string) => Promise<T>,
): Promise<T> {
  return inFolder(async (folder) => {
    const images = join(folder, 'images');
    for (const [split, count] of [
      ['train', 9],
      ['valid', 4],
      ['test', 2],
    ] as const) {
      mkdirSync(join(images, split), { recursive: true });
      for (let i = 0; i < count; i++) writeFileSync(join(images, split, `${i}.png`), png);
    }
    for (const [path, bytes] of Object.entries(bad)) writeFileSync(join(images, path), bytes);
    return body(join(folder, 'run'), images);
  });
}

const recipeOf = (folder: string) =>
  tinyRecipe({
    dataset: { name: 'image-folder', options: { folder, height: 8, width: 8, channels: 1, binarize: 'threshold' } },
  });

const configOf = (run: string) => JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'));
const lastEvent = async (run: string) => (await readJournal(run)).at(-1);

describe('images that cannot be read', () => {
  const cut = { 'train/3.png': png.subarray(0, -9), 'test/1.png': Buffer.from('<html>') };

  it('are named before the first step, all at once', () =>
    withImages(cut, async (out, images) => {
      const failed = trainRun({ out, recipe: recipeOf(images) });
      await expect(failed).rejects.toThrow(
        'image-folder: 2 of its images cannot be read: train/3.png: wanted a PNG image, found its end too early; ' +
          'test/1.png: wanted a PNG image, found other bytes than those it begins with',
      );
      await expect(listCheckpoints(out)).resolves.toEqual([]);
    }));

  it('are left out where that is asked for, and stay so', () =>
    withImages(cut, async (out, images) => {
      const warnings: string[] = [];
      const onWarning = (line: string) => void warnings.push(line);
      await trainRun({ out, recipe: recipeOf(images), leaveOut: 'bad', onWarning });
      expect(warnings).toContain(
        'image-folder: left out: test/1.png: wanted a PNG image, found other bytes than those it begins with',
      );
      const { recipe, dataset } = configOf(out);
      expect(recipe.dataset.options.leaveOut).toEqual(['test/1.png', 'train/3.png']);
      expect(dataset).toMatchObject({ leftOut: 2, splits: { train: 8, valid: 4, test: 1 } });
      expect(await trainRun({ out, resume: true })).toMatchObject({ step: LAST, interrupted: false });
    }));
});

it('refuses to leave out images of data that have none to leave out', () =>
  inFolder(async (out) => {
    const recipe = tinyRecipe();
    await expect(trainRun({ out, recipe, leaveOut: 'bad' })).rejects.toThrow(
      'leaveOut: digits is read as a whole: wanted nothing to leave out',
    );
    await expect(trainRun({ out, recipe, leaveOut: ['a.png'] })).rejects.toThrow(
      'leaveOut: digits is read as a whole: wanted nothing to leave out',
    );
    const own = trainRun({ out, recipe, leaveOut: 'bad', dataset: digits({ binarize: 'threshold' }) });
    await expect(own).rejects.toThrow('leaveOut: wanted a data set that is known by name, but one was handed in');
  }));

it('ends before the first step where it is interrupted while it looks at images', () =>
  withImages({}, async (out, images) => {
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const ended = trainRun({ out, recipe: recipeOf(images), signal: controller.signal, onProgress });
    await expect(ended).resolves.toMatchObject({ step: 0, interrupted: true, folder: out });
  }));

describe('an image that turns out to be bad', () => {
  it.each([
    ['in training', 'train/5.png', (step: number) => step < LAST],
    ['in validation', 'valid/2.png', (step: number) => step === 4],
  ])('ends the run %s as an interrupt does; it goes on with the image mended', (_, path, isStep) =>
    withImages({}, async (out, images) => {
      const recipe = recipeOf(images);
      await trainRun({ out: `${out}-undisturbed`, recipe });
      writeFileSync(join(images, path), hollow);
      const failed = trainRun({ out, recipe });
      await expect(failed).rejects.toThrow(
        new RegExp(`${path}: wanted a PNG image, found [^;]+; the run can go on from \\S+checkpoints.\\d+$`),
      );
      const [step] = (await listCheckpoints(out)).slice(-1);
      expect(isStep(step)).toBe(true);
      const error = expect.stringContaining(path);
      expect(await lastEvent(out)).toMatchObject({ event: 'end', step, interrupted: true, error });

      writeFileSync(join(images, path), png);
      expect(await trainRun({ out, resume: true })).toMatchObject({ step: LAST, interrupted: false });
      expect(arrayBytes(out, LAST)).toEqual(arrayBytes(`${out}-undisturbed`, LAST));
    }),
  );

  it('may be left out by who goes on, and is from then on', () =>
    withImages({ 'train/5.png': hollow }, async (out, images) => {
      const recipe = recipeOf(images);
      await expect(trainRun({ out, recipe })).rejects.toThrow('train/5.png');
      const begun = configOf(out);
      expect(await trainRun({ out, resume: true, leaveOut: 'bad' })).toMatchObject({ step: LAST, interrupted: false });
      const { amended, dataset, hash } = configOf(out);
      expect(amended).toMatchObject([{ leftOut: ['train/5.png'], step: expect.any(Number) }]);
      expect(dataset).toMatchObject({ listing: begun.dataset.listing, leftOut: 1, splits: { train: 8 } });
      expect(hash).not.toBe(begun.hash);
      expect((await readJournal(out)).some(({ event }) => event === 'amend')).toBe(true);
      // The recipe is still the one that it was begun with.
      expect(await trainRun({ out, recipe, resume: true })).toMatchObject({ step: LAST });
    }));

  it('may be removed: the run goes on if it is told so, since the listing is the same with it', () =>
    withImages({ 'train/5.png': hollow }, async (out, images) => {
      await expect(trainRun({ out, recipe: recipeOf(images) })).rejects.toThrow('train/5.png');
      rmSync(join(images, 'train/5.png'));
      await expect(trainRun({ out, resume: true })).rejects.toThrow(
        'was begun on other data: image-folder with listing',
      );
      const other = trainRun({ out, resume: true, leaveOut: ['train/6.png'] });
      await expect(other).rejects.toThrow('was begun on other data: image-folder with listing');
      expect(await trainRun({ out, resume: true, leaveOut: ['train/5.png'] })).toMatchObject({ step: LAST });
    }));
});

describe('images that have been moved', () => {
  it('are found where the run is told that they are, if they are the same', () =>
    withImages({}, async (out, images) => {
      const moved = `${images}-elsewhere`;
      await trainRun({ out, recipe: { ...recipeOf(images), steps: 2 } });
      renameSync(images, moved);
      await expect(trainRun({ out, resume: true })).rejects.toThrow(`cannot read ${images}`);
      expect(await evaluateRun(out, { split: 'test', images: moved, onWarning: fail })).toMatchObject({ images: 2 });
      await trainRun({ out, resume: true, steps: LAST, images: moved });
      expect(configOf(out)).toMatchObject({
        amended: [{ folder: moved, step: 2 }],
        dataset: { folder: 'images-elsewhere' },
      });
      expect(await evaluateRun(out, { split: 'test', onWarning: fail })).toMatchObject({ images: 2 });
      writeFileSync(join(moved, 'train', 'new.png'), png);
      await expect(trainRun({ out, resume: true, images: moved })).rejects.toThrow('was begun on other data');
    }));

  it('belong to a run that was trained on images', () =>
    inFolder(async (out) => {
      await expect(trainRun({ out, recipe: tinyRecipe(), images: out })).rejects.toThrow(
        'images: wanted a run that was trained on images of your own, but this one was on digits',
      );
    }));
});

function fail(line: string): never {
  throw new Error(`unexpected: ${line}`);
}
