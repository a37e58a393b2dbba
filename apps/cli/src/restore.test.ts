import { readFile, writeFile } from 'node:fs/promises';
import { digits } from '@pixelrnn/data';
import { decode, encode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { lastJson, runHere } from './terminal.fixture.ts';
import { tinyRecipe } from './tiny-run.fixture.ts';

const at = temporaryFolder();
const pixelrnn = (...args: string[]) => runHere([...args, '--backend', 'cpu', '--json']);

beforeAll(async () => {
  await writeFile(at('recipe.json'), JSON.stringify(tinyRecipe));
  for (const restore of ['blur:1', 'box:2']) {
    const args = ['--restore', restore, '--set', 'sampleEvery=4', '--out', at(restore.slice(0, 3))];
    const ran = await pixelrnn('train', at('recipe.json'), ...args);
    expect(ran).toMatchObject({ code: 0 });
  }
});

it('train --restore makes a model of p(image | degraded image), which the run holds', async () => {
  const config = JSON.parse(await readFile(at('blu', 'config.json'), 'utf8'));
  expect(config).toMatchObject({ recipe: { restore: 'blur:1', model: { map: 1 } }, dataset: { restore: 'blur:1' } });
  const again = await pixelrnn('train', at('recipe.json'), '--out', at('blu'), '--resume');
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('was begun with model.features = 32, not nothing');
  expect(await readFile(at('blu', 'journal.jsonl'), 'utf8')).toContain('samples/4.png');
  const resumed = await pixelrnn('train', '--resume', '--out', at('blu'), '--steps', '5');
  expect(lastJson(resumed)).toMatchObject({ step: 5, interrupted: false });
});

it('evaluate tells nats given what is seen, and PSNRs', async () => {
  const ran = await pixelrnn('evaluate', at('blu'), '--split', 'test', '--limit', '8');
  expect(lastJson(ran)).toMatchObject({ images: 8, bound: 'exact', psnr: { images: 16, draws: 4 } });
  const fewer = await pixelrnn('evaluate', at('blu'), '--split', 'test', '--limit', '8', '--restorations', '2');
  expect(lastJson(fewer)).toMatchObject({ images: 8, psnr: { images: 2, draws: 4 } });
  const plain = await pixelrnn('evaluate', 'mnist-row-lstm', '--restorations', '2');
  expect(plain).toMatchObject({ code: 2 });
  expect(plain.stderr).toContain('--restorations: wanted a run that restores images, got one of pixelRnn');
  const { degraded, drawn, mean } = lastJson(ran).psnr as Record<string, number>;
  expect(degraded).toBeGreaterThan(5);
  expect(mean).toBeGreaterThan(drawn); // the error of a mean is never above the mean error
  const again = await pixelrnn('evaluate', at('blu'), '--split', 'test', '--limit', '8', '--batch-size', '3');
  expect(lastJson(again).psnr).toEqual(lastJson(ran).psnr);
  expect(lastJson(again).nats).toBeCloseTo(lastJson(ran).nats as number, 3);
});

describe('restore', () => {
  it('draws lines of original, what is seen of it, and restorations', async () => {
    const args = ['--split', 'test:2,5', '--count', '3', '--seed', '1', '--out', at('r.png')];
    const ran = await pixelrnn('restore', at('blu'), ...args);
    expect(lastJson(ran)).toMatchObject({ images: 2, count: 3, restore: 'blur:1', psnr: {} });
    expect(lastJson(ran).nats).toHaveLength(6);
    const { width, height, data } = decode(await readFile(at('r.png')));
    const pitch = { x: (width - 1) / 5, y: (height - 1) / 2 };
    const scale = (pitch.x - 1) / 8;
    const cell = (line: number, place: number) =>
      Array.from({ length: 64 }, (_, i) => {
        const [row, column] = [Math.floor(i / 8), i % 8];
        return data[Math.floor(1 + line * pitch.y + row * scale) * width + 1 + place * pitch.x + column * scale];
      });
    const { images } = await digits({ binarize: 'threshold' }).read('test', [2, 5]);
    for (const line of [0, 1]) {
      expect(cell(line, 0)).toEqual(Array.from(images.subarray(64 * line, 64 * line + 64), (level) => 255 * level));
      expect(new Set(cell(line, 1)).size).toBeGreaterThan(10); // blurred
      for (const place of [2, 3, 4]) expect(new Set([...cell(line, place), 0, 255]).size).toBe(2);
    }
  });

  it('takes what is seen from a file, and gives what it gives for an image of the data', async () => {
    // Boxes of the split's image 2, as a small file and as a whole one.
    const { images } = await digits({ binarize: 'threshold' }).read('test', [2]);
    const box = (row: number, column: number) => {
      const at = (r: number, c: number) => images[(2 * row + r) * 8 + 2 * column + c];
      return Math.round((255 * (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1))) / 4);
    };
    const write = (name: string, size: number, factor: number) => {
      const pixel = (i: number) => box(Math.floor(Math.floor(i / size) / factor), Math.floor((i % size) / factor));
      const data = Uint8Array.from({ length: size * size }, (_, i) => pixel(i));
      return writeFile(at(name), encode({ width: size, height: size, channels: 1, data }));
    };
    await write('small.png', 4, 1);
    await write('whole.png', 8, 2);
    const nats = async (...source: string[]) => {
      const ran = await pixelrnn('restore', at('box'), ...source, '--seed', '1', '--out', at('r.png'));
      expect(ran.code).toBe(0);
      return lastJson(ran).nats;
    };
    const expected = await nats('--split', 'test:2');
    expect(await nats('--image', at('small.png'))).toEqual(expected);
    expect(await nats('--image', at('whole.png'))).toEqual(expected);
  });

  it.each<[string, string[], number, string]>([
    [
      'a degradation that is none',
      ['train', 'RECIPE', '--restore', 'fog:3', '--out', 'x'],
      2,
      'restore: wanted blur:σ',
    ],
    [
      'to restore all of the images',
      ['train', 'RECIPE', '--restore', 'mask:rows:8', '--out', 'x'],
      2,
      'restore: mask:rows:8: wanted a part of an image of 8×8 pixels, got "rows:8", which is all\n',
    ],
    [
      'to restore what is no part',
      ['train', 'RECIPE', '--restore', 'mask:up:8', '--out', 'x'],
      2,
      'column x on); or mask:file.png, got "mask:up:8"\n',
    ],
    [
      'boxes that are larger than the images',
      ['train', 'RECIPE', '--restore', 'box:100', '--out', 'x'],
      2,
      'restore: box:100: wanted images of a height and width that 100 divides, got 8×8\n',
    ],
    ['a run that does not restore', ['restore', 'PLAIN', '--split', 'test:1'], 2, 'wanted a run of train --restore'],
    ['neither image nor split', ['restore', 'BLUR'], 2, 'wanted one of --image and --split, got neither'],
    [
      'more of a run that goes on',
      ['train', '--resume', '--out', 'BLUR', '--restore', 'blur:2'],
      2,
      'wanted no --restore',
    ],
  ])('refuses %s', async (_, args, code, message) => {
    if (args.includes('PLAIN')) await pixelrnn('train', at('recipe.json'), '--out', at('plain'));
    const paths: Record<string, string> = { RECIPE: at('recipe.json'), PLAIN: at('plain'), BLUR: at('blu') };
    const ran = await pixelrnn(...args.map((arg) => paths[arg] ?? arg));
    expect(ran).toMatchObject({ code, stderr: expect.stringContaining(message) });
  });
});

it('commands that give a model nothing of an image say which one does', async () => {
  const wanted = `wanted a run that models images alone, got ${at('blu')}, which restores them (blur:1)`;
  const restores = `pixelrnn restore ${at('blu')} draws`;
  for (const [command, args, instead] of [
    ['sample', [], restores],
    ['complete', ['--split', 'test:1', '--known', 'rows:4'], restores],
    ['evaluate', ['--image', at('none.png')], `pixelrnn evaluate ${at('blu')} --split test measures it`],
  ] as const) {
    const ran = await pixelrnn(command, at('blu'), ...args);
    const name = command === 'evaluate' ? 'evaluate --image' : command;
    expect(ran).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`pixelrnn: ${name}: ${wanted}: ${instead}\n`),
    });
  }
});
