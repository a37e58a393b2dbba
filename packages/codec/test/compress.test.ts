import type { ImageSpec, JsonObject } from '@pixelrnn/core';
import { describe, expect, it, vi } from 'vitest';
import {
  type CompressOptions,
  compress,
  type DecodedImage,
  decompress,
  type LevelImage,
  readArchive,
  readImage,
  type Trained,
} from '../src/index.ts';
import { GREY, LOGISTICS, PIXEL_CNN, RGB, randomImages, trained } from './trained.fixture.ts';

const plain = ({ levels, ...image }: LevelImage | DecodedImage) => ({ ...image, levels: Array.from(levels) });

/** Compresses images, sees that they come back, and gives the archive. */
async function roundTrip(by: Trained, images: readonly LevelImage[], options?: CompressOptions) {
  const compressed = await compress(by.model, by.weights, images, options);
  const back = await decompress(compressed.bytes, () => by);
  expect(back.map(plain)).toEqual(images.map(plain));
  return { ...compressed, archive: readArchive(compressed.bytes) };
}

describe('compress and decompress', () => {
  it('give back images of one size, alone and together, in 12 bytes a block and a header more than they cost', async () => {
    const by = await trained(PIXEL_CNN, GREY);
    for (const count of [1, 7]) {
      const { bytes, bits, archive } = await roundTrip(by, randomImages(count, GREY));
      expect(archive.blocks).toHaveLength(1);
      const ideal = bits.reduce((a, b) => a + b) / 8;
      expect(bytes.length).toBeLessThanOrEqual(Math.ceil(ideal) + 1 + 11 + 76);
      expect(bytes.length).toBeGreaterThanOrEqual(ideal);
    }
  });

  it('cost an image the same bits in whatever company', async () => {
    const by = await trained({ ...PIXEL_CNN, ...LOGISTICS }, RGB);
    const images = randomImages(64, RGB);
    const { bits } = await compress(by.model, by.weights, images);
    for (const i of [0, 1, 63]) expect((await compress(by.model, by.weights, [images[i]])).bits[0]).toBe(bits[i]);
  });

  it('take images of any size and more than 256 levels', async () => {
    const of: ImageSpec = { height: 3, width: 3, channels: 1, levels: 1000 };
    const by = await trained({ ...PIXEL_CNN, ...LOGISTICS }, of);
    const sizes = [
      [1, 1],
      [2, 7],
      [2, 7],
      [9, 1],
    ];
    const images = sizes.flatMap(([height, width], i) => randomImages(1, { ...of, height, width }, i));
    const { archive } = await roundTrip(by, images);
    expect(archive.blocks.map(({ count }) => count)).toEqual([1, 2, 1]);
    expect((await decompress((await compress(by.model, by.weights, images)).bytes, () => by))[0].levels).toBeInstanceOf(
      Uint16Array,
    );
  });

  it.each<[string, JsonObject, { label?: number }]>([
    ['an image', PIXEL_CNN, {}],
    ['an image of a class', { system: 'gatedPixelCnn', layers: 1, channels: 4, head: 4, classes: 3 }, { label: 2 }],
  ])(
    'cut %s into strips, of which the last may be shorter, and cost what the strips cost alone',
    async (_, config, label) => {
      const by = await trained(config, GREY);
      const image = { ...randomImages(1, { ...GREY, height: 8 })[0], ...label };
      const { archive, bits } = await roundTrip(by, [image], { rows: 3 });
      expect(archive.blocks[0]).toMatchObject({ count: 1, height: 8, rows: 3 });
      expect(archive.blocks[0].streams).toHaveLength(3);
      const strip = (first: number, height: number) => ({
        height,
        width: 4,
        levels: Array.from(image.levels).slice(first * 4, (first + height) * 4),
        ...label,
      });
      const alone = await Promise.all(
        [strip(0, 3), strip(3, 3), strip(6, 2)].map(async (one) => compress(by.model, by.weights, [one])),
      );
      expect(bits[0]).toBeCloseTo(
        alone.reduce((sum, one) => sum + one.bits[0], 0),
        9,
      );
      if (label.label !== undefined) return; // which the first strip tells alone
      expect(archive.blocks[0].streams).toEqual(alone.flatMap(({ bytes }) => readArchive(bytes).blocks[0].streams));
    },
  );

  it('cut large images into strips unless told, and none that are no larger than a strip', async () => {
    const of: ImageSpec = { height: 600, width: 110, channels: 1, levels: 2 };
    const by = await trained({ ...PIXEL_CNN, hidden: 1, head: 1 }, of);
    const sizes = [
      [600, 110],
      [1100, 60],
      [20, 10],
    ];
    const images = sizes.map(([height, width]) => ({ height, width, levels: new Uint8Array(height * width) }));
    const { archive } = await roundTrip(by, images);
    expect(archive.blocks.map(({ rows }) => rows)).toEqual([128, 138, 20]);
  });

  it('keep names and classes, and every image can be read alone', async () => {
    const by = await trained({ system: 'gatedPixelCnn', layers: 1, channels: 4, head: 4, classes: 10 }, GREY);
    const images = randomImages(5, GREY).map((image, i) => ({ ...image, label: (7 * i) % 10, name: `Bild ${i} ü` }));
    const { bytes, archive } = await roundTrip(by, images, { block: 2 });
    expect(archive.images.map(({ name }) => name)).toEqual(images.map(({ name }) => name));
    expect(archive.blocks.map(({ count }) => count)).toEqual([2, 2, 1]);
    for (const i of [0, 3, 4]) expect(plain(await readImage(bytes, i, () => by))).toEqual(plain(images[i]));
    await expect(readImage(bytes, 5, () => by)).rejects.toThrow('wanted images of 0 … 4, got 5');
    const pixels = vi.fn();
    const some = await decompress(bytes, () => by, { only: [4, 1], onProgress: pixels });
    expect(some.map(plain)).toEqual([images[1], images[4]].map(plain));
    const [, all] = pixels.mock.lastCall!;
    expect(all).toBe(3 * GREY.height * GREY.width); // of two blocks of three
    expect(await decompress(bytes, () => by, { only: [] })).toEqual([]);
  });

  it('keep the names of some images', async () => {
    const by = await trained(PIXEL_CNN, GREY);
    const [a, b] = randomImages(2, GREY);
    const { archive } = await roundTrip(by, [a, { ...b, name: 'b' }]);
    expect(archive.images.map(({ name }) => name)).toEqual([undefined, 'b']);
  });

  it('tell the bits of every pixel, which are those of the image', async () => {
    const by = await trained({ ...PIXEL_CNN, ...LOGISTICS }, RGB);
    const images = randomImages(3, RGB);
    for (const rows of [undefined, 3]) {
      const { bits, maps } = await compress(by.model, by.weights, images, { rows, maps: true });
      for (const [i, map] of maps!.entries()) {
        expect(map).toHaveLength(12);
        expect(Math.min(...map)).toBeGreaterThan(0);
        expect(map.reduce((a, b) => a + b) / bits[i]).toBeCloseTo(1, 5);
      }
    }
    expect((await compress(by.model, by.weights, images)).maps).toBeUndefined();
  });

  it('tell their progress, and stop when told', async () => {
    const by = await trained(PIXEL_CNN, GREY);
    const images = randomImages(5, GREY);
    const told: number[] = [];
    const onProgress = (done: number, total: number) => {
      expect(total).toBe(100);
      told.push(done);
    };
    const { bytes } = await compress(by.model, by.weights, images, { block: 3, onProgress });
    const rows = [12, 24, 36, 48, 60, 68, 76, 84, 92, 100];
    expect(told.splice(0)).toEqual(rows);
    await decompress(bytes, () => by, { onProgress });
    expect(told).toEqual(rows);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(compress(by.model, by.weights, images, { signal })).rejects.toThrow('enough');
    await expect(decompress(bytes, () => by, { signal })).rejects.toThrow('enough');
  });
});

describe('T14, C33: the coding path', () => {
  it('asks the host for no function that machines compute differently', async () => {
    const cases = [
      [PIXEL_CNN, GREY],
      [{ ...PIXEL_CNN, ...LOGISTICS }, RGB],
      [{ system: 'pixelRnn', lstm: 'diagonal', layers: 1, hidden: 3, head: 4 }, GREY],
      [
        { system: 'pixelCnnPp', filters: 2, resnets: 1, scales: 2, dropout: 0 },
        { ...RGB, height: 4, width: 4 },
      ],
    ] as const;
    const names = [
      'exp',
      'expm1',
      'log',
      'log1p',
      'log10',
      'tanh',
      'sinh',
      'cosh',
      'pow',
      'hypot',
      'cbrt',
      'sin',
    ] as const;
    for (const [config, image] of cases) {
      const by = await trained(config, image);
      const images = randomImages(2, image);
      const { bytes } = await compress(by.model, by.weights, images);
      const own = names.map((name) => [name, Math[name]] as const);
      try {
        for (const name of names) Math[name] = () => Number.NaN;
        expect((await compress(by.model, by.weights, images)).bytes).toEqual(bytes);
        expect((await decompress(bytes, () => by)).map(plain)).toEqual(images.map(plain));
      } finally {
        for (const [name, value] of own) Math[name] = value as never;
      }
    }
  });

  it('depends on nothing that was computed before', async () => {
    const by = await trained(PIXEL_CNN, GREY);
    const images = randomImages(3, GREY);
    const { bytes } = await compress(by.model, by.weights, images);
    const other = await trained({ ...PIXEL_CNN, ...LOGISTICS }, RGB);
    await compress(other.model, other.weights, randomImages(2, RGB));
    expect((await compress(by.model, by.weights, images)).bytes).toEqual(bytes);
  });
});

describe('compress refuses', () => {
  const encoder = { name: 'fullyConnected', config: {} };
  const decoder = { system: 'gatedPixelCnn', layers: 1, channels: 2, head: 2 };

  it('models without an exact likelihood, in a sentence', async () => {
    const vae = await trained({ system: 'pixelVae', latents: 2, encoder, decoder, warmUp: 1 }, GREY);
    await expect(compress(vae.model, vae.weights, randomImages(1, GREY))).rejects.toThrow(
      'compress: wanted a model with an exact likelihood, got pixelVae, whose number is an upper bound',
    );
    const auto = await trained({ system: 'autoEncoder', code: 2, encoder, decoder }, GREY);
    await expect(compress(auto.model, auto.weights, randomImages(1, GREY))).rejects.toThrow('the cost given a code');
  });

  it('models of maps and vectors, and of too many levels', async () => {
    for (const condition of [{ map: 1 }, { vector: 2 }]) {
      const by = await trained({ ...decoder, ...condition }, GREY);
      await expect(compress(by.model, by.weights, randomImages(1, GREY))).rejects.toThrow(
        'compress: wanted a model that is conditioned on a class at most, got gatedPixelCnn, which reads more',
      );
    }
    const deep = { ...GREY, levels: 65537 };
    const by = await trained({ ...PIXEL_CNN, ...LOGISTICS }, deep);
    await expect(compress(by.model, by.weights, randomImages(1, GREY))).rejects.toThrow(
      'compress: wanted a model of at most 65536 levels, got pixelCnn of 65537',
    );
  });

  it.each<[string, (image: LevelImage) => LevelImage[], CompressOptions | undefined, string]>([
    ['no images', () => [], undefined, 'compress: wanted 1 to 1048576 images, got 0'],
    [
      'levels that are too few for the size',
      (image) => [{ ...image, height: 6 }],
      undefined,
      'compress: wanted 1 to 134217728 levels, 6 × 4 × 1, of image 0, got 20',
    ],
    [
      'a level out of range',
      (image) => [image, { ...image, levels: Array.from(image.levels).fill(3) }],
      undefined,
      'compress: wanted levels 0 … 2, got 3 in image 1',
    ],
    [
      'half a level',
      (image) => [{ ...image, levels: Array.from(image.levels).fill(0.5) }],
      undefined,
      'compress: wanted levels 0 … 2, got 0.5 in image 0',
    ],
    [
      'a class that nobody reads',
      (image) => [{ ...image, label: 1 }],
      undefined,
      'wanted no classes for pixelCnn, got 1 of image 0',
    ],
    ['a block of nothing', (image) => [image], { block: 0 }, 'compress: wanted block = 1 or more, got 0'],
    ['half a row', (image) => [image], { rows: 0.5 }, 'compress: wanted rows = 1 or more, got 0.5'],
    [
      'a name of a folder, before anything is coded',
      (image) => [{ ...image, name: '../x' }],
      { onProgress: () => expect.unreachable('it was coded') },
      'wanted names without slashes and control characters, got "../x"',
    ],
  ])('%s', async (_, change, options, message) => {
    const by = await trained(PIXEL_CNN, GREY);
    await expect(compress(by.model, by.weights, change(randomImages(1, GREY)[0]), options)).rejects.toThrow(message);
  });

  it('a class that is none, and none', async () => {
    const by = await trained({ ...decoder, classes: 3 }, GREY);
    const [image] = randomImages(1, GREY);
    for (const label of [3, undefined])
      await expect(compress(by.model, by.weights, [{ ...image, label }])).rejects.toThrow(
        `compress: image 0: wanted labels of 0 … 2, got ${label}`,
      );
  });

  it('images of another size, and strips, where something is settled of an image first', async () => {
    const scales = { system: 'multiScale', factor: 2, small: PIXEL_CNN, large: decoder, channels: 2 };
    const of = { ...GREY, height: 4, width: 4 };
    const by = await trained(scales, of);
    await expect(compress(by.model, by.weights, randomImages(1, GREY))).rejects.toThrow(
      'compress: wanted images of 4×4 for multiScale, got one of 5×4',
    );
    await expect(compress(by.model, by.weights, randomImages(1, of), { rows: 2 })).rejects.toThrow(
      'compress: wanted no rows of strips for multiScale, which takes images of one size',
    );
  });

  it('probabilities that are none: of weights that are not finite', async () => {
    const by = await trained(PIXEL_CNN, GREY, 1, Number.NaN);
    await expect(compress(by.model, by.weights, randomImages(1, GREY))).rejects.toThrow(
      'quantize: wanted 3 probabilities',
    );
  });
});
