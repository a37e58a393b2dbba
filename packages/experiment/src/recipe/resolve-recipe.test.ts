import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@pixelrnn/core';
import { parseDegradation } from '@pixelrnn/data';
import { PRESETS } from '@pixelrnn/models';
import { encode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { ExperimentError } from '../experiment-error.ts';
import { inFolder, TINY_MODEL } from '../train/tiny-run.fixture.ts';
import { RECIPES } from './recipes.ts';
import { modelOf, resolveRecipe } from './resolve-recipe.ts';

describe('resolveRecipe', () => {
  const styles = Object.entries(RECIPES).flatMap(([preset, recipes]) =>
    Object.keys(recipes).map((style) => [preset, style] as const),
  );

  // The masks of networks for large images alone take seconds.
  const tagsOf = (preset: string) => (preset.startsWith('imagenet') ? ['slow'] : []);
  for (const [preset, style] of styles)
    it(`${preset} has a ${style} recipe`, { tags: tagsOf(preset) }, async () => {
      const recipe = await resolveRecipe(preset, { recipe: style as 'paper' });
      expect(recipe.preset).toBe(preset);
      // RMSProp is PixelRNN's; PixelCNN++ and PixelVAE took Adam.
      const ofPaper = /pixel-cnn-pp|vae$/.test(preset) ? 'adam' : 'rmsprop';
      // The weights decay where that was measured.
      const fast = /^(mnist(?!.*vae)|quickstart)/.test(preset) ? 'adamw' : 'adam';
      expect(recipe.optimizer.name).toBe(style === 'paper' ? ofPaper : fast);
      const name = preset as keyof typeof PRESETS;
      const { model } = RECIPES[name][style as 'paper']!;
      expect(recipe.model).toMatchObject({ ...PRESETS[name].config, ...(model as object) });
    });

  it.each(['fast', 'paper'] as const)('gives a complete %s recipe, which resolves to itself', async (style) => {
    const recipe = await resolveRecipe('mnist-pixel-cnn', { recipe: style });
    expect(await resolveRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
  });

  it('has a recipe for every preset', () => {
    expect(Object.keys(RECIPES).sort()).toEqual(Object.keys(PRESETS).sort());
  });

  it('takes the fast recipe where there is one', async () => {
    expect((await resolveRecipe('mnist-row-lstm')).optimizer.name).toBe('adamw');
    expect((await resolveRecipe('imagenet32-row-lstm')).optimizer.name).toBe('rmsprop');
    await expect(resolveRecipe('imagenet32-row-lstm', { recipe: 'fast' })).rejects.toThrow(
      'has no fast recipe; wanted paper',
    );
  });

  it('reads a file that begins with a byte-order mark, and names an encoding that it does not read', () =>
    inFolder(async (folder) => {
      const text = '{ "preset": "mnist-row-lstm", "batchSize": 4 }';
      const [marked, wide] = [join(folder, 'marked.json'), join(folder, 'wide.json')];
      writeFileSync(marked, `\uFEFF${text}`);
      writeFileSync(wide, `\uFEFF${text}`, 'utf16le');
      expect(await resolveRecipe(marked)).toMatchObject({ preset: 'mnist-row-lstm', batchSize: 4 });
      await expect(resolveRecipe(wide)).rejects.toThrow(`${wide}: wanted text in UTF-8, found UTF-16`);
    }));

  it('puts a file over its preset and options over the file', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'my.json');
      writeFileSync(
        path,
        JSON.stringify({ preset: 'mnist-row-lstm', model: { hidden: 8 }, batchSize: 4, epochs: 3, seed: 5 }),
      );
      const recipe = await resolveRecipe(path, { set: ['batchSize=2', 'model.layers=1'], steps: 7, seed: 6 });
      expect(recipe).toMatchObject({
        model: { system: 'pixelRnn', lstm: 'row', hidden: 8, layers: 1, head: 32 },
        batchSize: 2,
        steps: 7,
        seed: 6,
      });
      expect(recipe.epochs).toBeUndefined();
      expect(recipe.minutes).toBeUndefined();
    }));

  it('needs no preset', async () => {
    const recipe = { model: TINY_MODEL, dataset: { name: 'digits' }, optimizer: { name: 'adam' }, steps: 3 };
    expect((await resolveRecipe(recipe)).model).toEqual(TINY_MODEL);
    await expect(resolveRecipe(recipe, { recipe: 'fast' })).rejects.toThrow(
      'wanted a preset to take the fast recipe of',
    );
  });

  it.each<[string, string | object, string[], string]>([
    ['an unknown preset', 'mnist-row-lst', [], 'unknown preset "mnist-row-lst"'],
    ['a preset that is no text', { preset: 3 }, [], 'unknown preset 3'],
    ['a missing file', '/nowhere/a.json', [], 'cannot read /nowhere/a.json: '],
    [
      'an unknown key',
      'quickstart',
      ['optimiser.learningRate=1'],
      'quickstart: unknown key "optimiser"; did you mean "optimizer"?',
    ],
    ['an unknown model option', 'quickstart', ['model.hiden=8'], 'quickstart: model: pixelRnn: '],
    [
      'an unknown system',
      { preset: 'quickstart', model: { system: 'x' } },
      [],
      'recipe: model: createModel: wanted one of',
    ],
  ])('refuses %s', async (_, source, set, message) => {
    await expect(resolveRecipe(source, { set })).rejects.toThrow(message);
  });

  it('suggests the preset that was meant, and none that was not', async () => {
    await expect(resolveRecipe('mnist-row-lst')).rejects.toThrow('did you mean "mnist-row-lstm"?');
    await expect(resolveRecipe('empty')).rejects.toThrow(/^unknown preset "empty": wanted one of [^;]*$/);
    await expect(resolveRecipe('quickstart', { set: ['foo=1'] })).rejects.toThrow(
      /^quickstart: unknown key "foo": wanted one of format, preset, model, dataset, [^;]*$/,
    );
  });

  it('refuses a file that is no JSON object', () =>
    inFolder(async (folder) => {
      for (const [text, message] of [
        ['{', 'cannot read'],
        ['[]', 'wanted a JSON object'],
        ['3', 'wanted a JSON object'],
      ]) {
        const path = join(folder, 'a.json');
        writeFileSync(path, text);
        await expect(resolveRecipe(path)).rejects.toThrow(message);
      }
    }));
});

it.each([
  ['mnist-order-mixture', (model: JsonObject) => model.of as JsonObject],
  ['mnist-pixel-cnn-pp', (model: JsonObject) => model],
])('--restore gives %s the map of what it sees', async (preset, holderOf) => {
  const { model, restore } = await resolveRecipe(preset, { restore: 'blur:1' });
  expect(restore).toBe('blur:1');
  expect(holderOf(model)).toMatchObject({ map: 1, mapEncoder: { name: 'convEncoder' }, features: 32 });
});

it.each([
  ['blur:1', 1],
  ['mask:bottom:14', 2],
])('--restore %s leaves a map as it is that a model is told to read', async (restore, map) => {
  const { model } = await resolveRecipe('mnist-row-lstm', { restore, set: [`model.map=${map}`] });
  expect(model).toMatchObject({ map });
  expect(model).not.toHaveProperty('mapEncoder');
});

it('--restore takes what is told of the encoder, and reads configs of earlier versions', async () => {
  const { model } = await resolveRecipe('mnist-row-lstm', { restore: 'blur:1', set: ['model.features=16'] });
  expect(model).toMatchObject({ map: 1, mapEncoder: { config: { kernel: 5 } }, features: 16 });
  const earlier = { preset: 'mnist-row-lstm', model: { system: 'rowLstm' }, restore: 'blur:1' };
  expect((await resolveRecipe(earlier)).model).toMatchObject({ system: 'pixelRnn', lstm: 'row', features: 32 });
  const mixture = await resolveRecipe('mnist-order-mixture', { restore: 'blur:1', set: ['model.map=1'] });
  expect(mixture.model.of).toEqual(expect.not.objectContaining({ features: 32 }));
});

it.each([
  [
    'mnist-row-lstm',
    'mask:bottom:14',
    ['model.map=1'],
    'mnist-row-lstm: model: wanted map = 2, the channels of what is given, got 1',
  ],
  [
    'mnist-multi-scale',
    'blur:1',
    [],
    'mnist-multi-scale: model: wanted a system whose layers read a map of 1 channels, got multiScale',
  ],
])('--restore refuses %s under %s with %j', async (preset, restore, set, message) => {
  await expect(resolveRecipe(preset, { restore, set })).rejects.toThrow(message);
});

describe('a mask in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pixelrnn-mask-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const mask = (width: number, data: number[]) => encode({ width, height: data.length / width, channels: 1, data: Uint8Array.from(data) }); // biome-ignore format: one row
  const holes = Array.from({ length: 28 * 28 }, (_, i) => (i === 0 || i === 29 ? 255 : 0));

  it('is written out: as an option, and in a recipe beside it', async () => {
    writeFileSync(join(folder, 'holes.png'), mask(28, holes));
    writeFileSync(join(folder, 'recipe.json'), JSON.stringify({ preset: 'mnist-row-lstm', restore: 'mask:holes.png' }));
    const asOption = await resolveRecipe('mnist-row-lstm', { restore: `mask:${join(folder, 'holes.png')}` });
    expect(asOption.restore).toBe(`mask:pixels:28x28:${`80000004`.padEnd(196, '0')}`);
    expect(await resolveRecipe(join(folder, 'recipe.json'))).toEqual(asOption);
    expect(parseDegradation(asOption.restore!).map(new Float32Array(784), modelOf(asOption).image).slice(0, 4)).toEqual(Float32Array.of(0, -1, -1, 1)); // biome-ignore format: one row
  });

  it('is refused, if it is grey or not there', async () => {
    writeFileSync(join(folder, 'grey.png'), mask(2, [0, 9]));
    await expect(resolveRecipe('mnist-row-lstm', { restore: `mask:${join(folder, 'grey.png')}` })).rejects.toThrow(
      'wanted a mask in black and white, found grey 9 in row 0, column 1',
    );
    const refused = (name: string) => expect(resolveRecipe('mnist-row-lstm', { restore: `mask:${join(folder, name)}` })).rejects; // biome-ignore format: one row
    await refused('none.png').toThrow(ExperimentError);
    await refused('none.png').toThrow('mnist-row-lstm: restore: ');
    writeFileSync(join(folder, 'black.png'), mask(2, [0, 0]));
    await refused('black.png').toThrow('wanted a mask with white pixels, to restore, found none');
  });
});
