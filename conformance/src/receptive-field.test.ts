// C4–C7 of whole models: what `receptiveField` finds is what the papers' taps say (sees.ts), for every system there is.
import { useBackend } from '@pixelrnn/backends';
import { contiguousGroups, type GenerativeModel, groupCount, type ImageSpec } from '@pixelrnn/core';
import {
  createModel,
  gatedPixelCnn,
  multiScale,
  orderMixture,
  type PresetName,
  pixelCnn,
  pixelCnnPp,
  pixelRnn,
  presetModel,
} from '@pixelrnn/models';
import { type ReceptiveField, receptiveField, type Site } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BINARY, imageName, NETWORKS, RGB } from './models.ts';
import type { Sees } from './sees.ts';
import { twoStreamSees } from './two-stream-sees.ts';

type Pixel = readonly [row: number, column: number];

const bits = (height: number, width: number): ImageSpec => ({ height, width, channels: 1, levels: 2 });
const fieldOf = (model: GenerativeModel, [row, column]: Pixel) => receptiveField(model, { row, column });

/** Earlier pixels of a grey image that one does not see. */
async function missedBy(model: GenerativeModel, pixel: Pixel): Promise<number[]> {
  const { seen, earlier } = await fieldOf(model, pixel);
  return [...earlier[0].keys()].filter((i) => earlier[0][i] > seen[0][i]);
}

/** The rows of a set, each as its digits. */
const lines = (set: ArrayLike<number>, length: number): string[] =>
  Array.from({ length: set.length / length }, (_, row) =>
    Array.from({ length }, (_, i) => set[row * length + i]).join(''),
  );

/** A set of a grey image as a drawing: x seen, o the pixel, . the rest. */
const drawn = ({ image: { height, width }, row, column, seen: [set] }: ReceptiveField): string[] =>
  Array.from({ length: height }, (_, r) =>
    Array.from({ length: width }, (_, c) => {
      if (r === row && c === column) return 'o';
      return set[r * width + c] ? 'x' : '.';
    }).join(''),
  );

/** What each colour of a pixel sees by thought: what its network does, and what its likelihood ties to it. */
function byThought({ image, likelihood }: GenerativeModel, [row, column]: Pixel, sees: Sees): Uint8Array[] {
  const { height, width, channels } = image;
  const groups = groupCount(likelihood.outputGroups);
  const groupOf = contiguousGroups(channels, groups);
  return Array.from({ length: channels }, (_, color) =>
    Uint8Array.from({ length: height * width * channels }, (_, i) => {
      const [pixel, channel] = [Math.floor(i / channels), i % channels];
      const input: Site = { map: 'here', row: Math.floor(pixel / width), column: pixel % width, group: channel };
      const isTied = groups < channels && pixel === row * width + column && channel < color;
      return Number(isTied || sees({ map: 'here', row, column, group: groupOf[color] }, input));
    }),
  );
}

describe('C4: a receptive field is what the taps of the network say', () => {
  const cases = NETWORKS.flatMap((network) =>
    [BINARY, RGB].map((image) => ({ ...network, image, title: `${network.name} ${imageName(image)}` })),
  );
  it.each(cases)('$title', async ({ build, sees, image }) => {
    const model = build(image);
    const pixels: Pixel[] = [
      [0, 0],
      [2, 1],
      [image.height - 1, image.width - 1],
    ];
    for (const pixel of pixels) {
      const { seen, earlier } = await fieldOf(model, pixel);
      const rows = (sets: readonly Uint8Array[]) => sets.map((set) => lines(set, image.width * image.channels));
      expect(rows(seen)).toEqual(rows(byThought(model, pixel, sees(image))));
      const before = (pixel[0] * image.width + pixel[1]) * image.channels;
      expect(earlier.map((set) => set.lastIndexOf(1))).toEqual(seen.map((_, color) => before + color - 1));
    }
  });

  it('C5: the Diagonal BiLSTM misses the last pixel of the row before, from columns 0 … W−5', async () => {
    const model = pixelRnn({ lstm: 'diagonal', image: bits(6, 7), layers: 2, hidden: 4, head: 6 });
    const last = { all: ['xxxxxxx', 'xxxxxxx', 'xxxxxxx'], most: ['xxxxxxx', 'xxxxxxx', 'xxxxxx.'] };
    expect(drawn(await fieldOf(model, [3, 2]))).toEqual([...last.most, 'xxo....', '.......', '.......']);
    expect(drawn(await fieldOf(model, [3, 3]))).toEqual([...last.all, 'xxxo...', '.......', '.......']);
    let missed = 0;
    for (let pixel = 0; pixel < 6 * 7; pixel++)
      missed += (await missedBy(model, [Math.floor(pixel / 7), pixel % 7])).length;
    expect(missed).toBe((6 - 1) * (7 - 4));
  });

  it('C6: one resnet at each of three scales misses (r−1, 7) at column 0 of odd rows, and (r, 0) at column 7; two miss nothing', async () => {
    const missed = (pixel: Pixel, resnets = 1) =>
      missedBy(pixelCnnPp({ image: bits(8, 8), filters: 4, resnets, scales: 3, dropout: 0 }), pixel);
    expect(await missed([3, 0])).toEqual([2 * 8 + 7]);
    expect(await missed([3, 7])).toEqual([3 * 8]);
    expect(await missed([4, 0])).toEqual([]);
    expect(await missed([3, 0], 2)).toEqual([]);
    expect(await missed([3, 7], 2)).toEqual([]);
  });

  it('C7: PixelCNN has a wedge to the upper right that it never sees, Row LSTM too, and Gated PixelCNN has none', async () => {
    const image = bits(5, 11);
    const wedge = ['xxxxxxxxxxx', 'xxxxxxxxxx.', 'xxxxxxxxx..', 'xxxxxxxx...', 'xxxxo......'];
    expect(drawn(await fieldOf(pixelCnn({ image, layers: 6, hidden: 6, head: 6 }), [4, 4]))).toEqual(wedge);
    const row = pixelRnn({ lstm: 'row', image, layers: 6, hidden: 6, head: 6 });
    expect(drawn(await fieldOf(row, [4, 4]))).toEqual(wedge);
    const gated = gatedPixelCnn({ image, layers: 6, channels: 6, head: 6 });
    expect(drawn(await fieldOf(gated, [4, 4]))).toEqual([...Array(4).fill('x'.repeat(11)), 'xxxxo......']);
  });
});

describe('of models that draw something before the first pixel', () => {
  const ROW = { system: 'pixelRnn', lstm: 'row', layers: 2, hidden: 4, head: 6 };
  const GATED = { system: 'gatedPixelCnn', layers: 2, channels: 6, head: 6, size: 3 };

  it('multi-scale: pixels of the small image by its model, the others all of the small image, too', async () => {
    const model = multiScale({ image: bits(4, 6), factor: 2, small: ROW, large: GATED, channels: 3 }, createModel);
    expect(drawn(await fieldOf(model, [2, 2]))).toEqual(['x.x.x.', '......', 'x.o...', '......']);
    // A stem of 3×3 … its own neighbours, and the small image wherever it lies.
    const { seen, earlier } = await fieldOf(model, [1, 1]);
    expect(earlier[0].filter(Boolean)).toHaveLength(7 + 6 - 3);
    expect(seen[0].map((is, i) => Number(is > earlier[0][i])).includes(1)).toBe(false);
    expect(drawn(await fieldOf(model, [1, 1]))).toEqual(['xxxxxx', 'xo....', 'x.x.x.', '......']);
  });

  it('a mixture of orders: what comes before it in the order drawn', async () => {
    const image = bits(4, 5);
    const from = (order: 'left-down' | 'right-up') =>
      orderMixture({ image, of: GATED, orders: [order], told: false }, createModel);
    expect(drawn(await fieldOf(from('right-up'), [1, 2]))).toEqual(['.....', 'xxo..', 'xxxxx', 'xxxxx']);
    expect(drawn(await fieldOf(from('left-down'), [1, 2]))).toEqual(['xxxxx', '..oxx', '.....', '.....']);
  });

  it.each(['mnist-pixel-vae', 'mnist-auto-encoder'] as const)('%s: its decoder', async (preset) => {
    const model = presetModel(preset, { image: { ...bits(8, 8) } });
    expect(drawn(await fieldOf(model, [2, 3]))).toEqual([
      'xxxxxxxx',
      'xxxxxxxx',
      'xxxo....',
      ...Array(5).fill('........'),
    ]);
  });
});

it('a model that restores, given a map', async () => {
  const model = pixelRnn({ lstm: 'row', image: bits(3, 6), layers: 1, hidden: 4, head: 6, map: 2 });
  expect(drawn(await fieldOf(model, [2, 1]))).toEqual(['xxxxxx', 'xxxxx.', 'xo....']);
});

it('levels that are read as classes, which no gradient passes', async () => {
  const image = { height: 3, width: 6, channels: 1, levels: 4 };
  const options = { lstm: 'row', image, layers: 1, hidden: 4, head: 6 } as const;
  const embedded = pixelRnn({ ...options, encoding: { name: 'embedded', config: { size: 3 } } });
  expect((await fieldOf(embedded, [2, 1])).seen).toEqual((await fieldOf(pixelRnn(options), [2, 1])).seen);
});

it('refuses a pixel that is not in the image', async () => {
  const model = pixelCnn({ image: bits(3, 4), layers: 1, hidden: 4, head: 6 });
  for (const [row, column] of [
    [3, 0],
    [0, 4],
    [-1, 0],
    [0.5, 0],
  ])
    await expect(receptiveField(model, { row, column })).rejects.toThrow(
      `receptiveField: wanted a pixel of 3×4, got row ${row}, column ${column}`,
    );
});

/** Rows that an earlier pixel lies above another, and columns to its right. */
type Offset = (up: number, right: number) => boolean;

/** A path climbs one row for every column to the right, but for the stem, which sees three columns to the right one row up. */
const noWedge: Offset = (up, right) => up === 0 || right <= up + 2;

describe('the MNIST presets at their own size', { tags: ['slow'] }, () => {
  beforeAll(async () => {
    await useBackend('auto');
  });
  afterAll(() => tf.setBackend('cpu'));
  const twoStream = twoStreamSees({ height: 28, width: 28 }, 1, 3);
  const here = (row: number, column: number): Site => ({ map: 'here', row, column, group: 0 });
  const cases: [PresetName, Offset][] = [
    ['mnist-pixel-cnn', (up, right) => noWedge(up, right) && up <= 18 && right >= -18],
    ['mnist-row-lstm', (up, right) => noWedge(up, right) && right >= -10 - up],
    ['mnist-diagonal-bilstm', (up, right) => !(up === 1 && right === 13)],
    ['mnist-gated-pixel-cnn', () => true],
    ['mnist-pixel-cnn-pp', (up, right) => twoStream(here(14, 14), here(14 - up, 14 + right))],
  ];
  it.each(cases)('%s', async (preset, sees) => {
    const { seen } = await fieldOf(presetModel(preset), [14, 14]);
    const expected = Array.from({ length: 784 }, (_, i) => {
      const [up, right] = [14 - Math.floor(i / 28), (i % 28) - 14];
      return Number(up >= 0 && (up > 0 || right < 0) && sees(up, right));
    });
    expect(lines(seen[0], 28)).toEqual(lines(expected, 28));
  });
});
