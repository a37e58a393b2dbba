import { readFile, writeFile } from 'node:fs/promises';
import { decode } from 'fast-png';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { lastJson, onCpu, runHere } from './terminal.fixture.ts';
import { tinyRecipe } from './tiny-run.fixture.ts';

const at = temporaryFolder();
const pixelrnn = (...args: string[]) => runHere([...onCpu(args), '--json']);
const fieldOf = (...args: string[]) => pixelrnn('receptive-field', ...args);

beforeAll(async () => {
  await writeFile(at('recipe.json'), JSON.stringify(tinyRecipe));
  await pixelrnn('train', at('recipe.json'), '--out', at('run'), '--steps', '1');
});

it('tells the sub-pixels that a pixel of a run sees, and those that it misses', async () => {
  const ran = await fieldOf(at('run'), '--pixel', '2,1');
  expect(ran.code).toBe(0);
  const [{ channels, ...model }] = lastJson(ran).models as Record<string, unknown>[] & { channels: unknown[] }[];
  expect(model).toMatchObject({ name: at('run'), pixel: [2, 1], image: { height: 8, width: 8 } });
  // A stem of 7×7 sees three columns to the right, a Row LSTM one more with each row up.
  const missed = [
    [0, 6, 0],
    [0, 7, 0],
    [1, 5, 0],
    [1, 6, 0],
    [1, 7, 0],
  ];
  expect(channels).toEqual([expect.objectContaining({ earlier: 17, seen: 12, unseen: 5, misses: missed })]);
});

it('draws it as PNG and SVG beside the ideal, and several models side by side', async () => {
  const words = await runHere([...onCpu(['receptive-field', at('run'), '--pixel', '2,1', '--out', at('f.png')])]);
  expect(words.stdout).toContain('pixel 2,1 sees 12 of the 17 sub-pixels that come before it');
  const { width, height } = decode(await readFile(at('f.png')));
  expect([width, height]).toEqual([8 + 2 * 72, 8 + 72]);
  const both = await fieldOf(at('run'), at('run'), '--pixel', '2,1', '--out', at('f.svg'));
  expect(lastJson(both)).toMatchObject({ out: at('f.svg') });
  const svg = await readFile(at('f.svg'), 'utf8');
  expect(svg.match(/12 of 17/g)).toHaveLength(2);
  expect(svg).toContain('ideal: all 17');
});

it.each([
  [
    'no run and no preset',
    ['nothing', '--pixel', '1,1'],
    'wanted a run folder or a preset (pixelrnn list), got nothing',
  ],
  ['a pixel outside', ['quickstart', '--pixel', '28,0'], '--pixel: wanted one of 0,0 to 27,27, got 28,0'],
  ['no pixel', ['quickstart', '--pixel', '3'], 'Expected a row and a column, as in 14,14'],
  [
    'another format',
    ['quickstart', '--pixel', '1,1', '--out', 'f.jpg'],
    '--out: wanted a file that ends in .png or .svg',
  ],
  [
    'images of two sizes',
    ['quickstart', 'cifar10-pixel-cnn', '--pixel', '1,1'],
    'wanted models of images of one size, got quickstart of 28×28×1 and cifar10-pixel-cnn of another',
  ],
])('refuses %s', async (_, args, message) => {
  const ran = await fieldOf(...args);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(message);
});
