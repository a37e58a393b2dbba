import { crc32 } from '@pixelrnn/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { MOST_SUB_PIXELS } from '../src/archive.ts';
import { CodecError, compress, decompress, type LevelImage, readArchive, type Trained } from '../src/index.ts';
import { GREY, LOGISTICS, PIXEL_CNN, RGB, randomImages, trained } from './trained.fixture.ts';

let by: Trained;
let images: LevelImage[];
let bytes: Uint8Array;
beforeAll(async () => {
  by = await trained(PIXEL_CNN, GREY);
  images = randomImages(4, GREY).map((image, i) => ({ ...image, name: `n${i}` }));
  ({ bytes } = await compress(by.model, by.weights, images, { block: 2 }));
});

/** With a checksum that is right again: as someone would write it who means harm. */
function sealed(damaged: Uint8Array): Uint8Array {
  const again = damaged.slice();
  new DataView(again.buffer).setUint32(again.length - 4, crc32(again.subarray(0, -4)), true);
  return again;
}

/** The message of the error that reading ends with, or 'the same images'; anything else fails. */
async function answer(damaged: Uint8Array): Promise<string> {
  try {
    const back = await decompress(damaged, () => by);
    expect(back.map(({ levels, name }) => ({ levels: [...levels], name }))).toEqual(
      images.map(({ levels, name }) => ({ levels: [...(levels as Uint16Array)], name })),
    );
    return 'the same images';
  } catch (error) {
    expect(error).toBeInstanceOf(CodecError);
    expect((error as Error).message).toMatch(/^[^\n]+$/);
    return (error as Error).message;
  }
}

const DAMAGED = 'the archive is damaged or cut: its checksum is not that of its bytes';

describe('a damaged archive', () => {
  it('with any byte changed is refused before anything is decoded', async () => {
    for (let at = 5; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] ^= 1 << (at % 8);
      expect(await answer(damaged)).toBe(DAMAGED);
    }
  });

  it('that is cut anywhere, or goes on, is refused', async () => {
    for (let length = 9; length < bytes.length; length++) expect(await answer(bytes.subarray(0, length))).toBe(DAMAGED);
    for (let length = 5; length < 9; length++) expect(await answer(bytes.subarray(0, length))).toMatch(/damaged/);
    for (let length = 0; length < 4; length++)
      expect(await answer(bytes.subarray(0, length))).toBe('wanted an archive of pixelrnn, got something else');
    expect(await answer(Uint8Array.of(...bytes, 0))).toBe(DAMAGED);
  });

  it('of another version says so', async () => {
    const later = bytes.slice();
    later[4] = 2;
    expect(await answer(later)).toBe('wanted an archive of format 1, got format 2: another version wrote it');
  });

  it('with any byte changed and the checksum put right gives no wrong image either', async () => {
    const streams = readArchive(bytes).blocks.flatMap((block) => block.streams);
    const end = bytes.length - 4 - streams.reduce((sum, { length }) => sum + length, 0);
    const names = end - 'n0\nn1\nn2\nn3'.length; // the archive's own: with others there is no wrong image
    const answers = new Set<string>();
    for (let at = 5; at < bytes.length - 4; at++) {
      const damaged = bytes.slice();
      damaged[at] ^= 1 << (at % 8);
      if (at < names || at >= end) answers.add(await answer(sealed(damaged)));
    }
    expect(answers).not.toContain('the same images');
    expect(answers).toContain(
      'wanted images of the checksum in the archive, got others: it is damaged, or this machine computes differently',
    );
  });

  it('of streams too short for what they are said to hold is refused, a little below the most that there may be', async () => {
    const deep = await trained({ ...PIXEL_CNN, ...LOGISTICS }, RGB);
    const [image] = randomImages(1, RGB);
    const { bytes } = await compress(deep.model, deep.weights, [image]);
    const width = Math.floor(MOST_SUB_PIXELS / 3);
    const claim = [width & 0x7f, (width >> 7) & 0x7f, (width >> 14) & 0x7f, width >> 21].map(
      (v, i) => v | (i < 3 ? 0x80 : 0),
    );
    const at = 5 + 64 + 1 + 2 + 1; // after channels, levels and the number of blocks
    const values = [...bytes];
    values.splice(at, 4, 1, 1, ...claim, 1);
    const claimed = sealed(Uint8Array.from(values));
    expect(readArchive(claimed).blocks[0]).toMatchObject({ count: 1, height: 1, width, rows: 1 });
    await expect(decompress(claimed, () => deep)).rejects.toThrow(
      new CodecError(
        `the archive is damaged: wanted 366 bytes or more for 1 × 1 × ${width} × 3 sub-pixels, got ${readArchive(bytes).blocks[0].streams[0].length}`,
      ),
    );
  });

  it('of images that there is no memory for says so, and so does writing them', async () => {
    const full = (): never => {
      throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
    };
    const small = { ...by, model: { ...by.model, prepare: () => ({ open: full, dispose: () => {} }) } };
    const message =
      'wanted memory for 2 × 5 × 4 pixels at a time, got too little (WebAssembly.Memory.grow(): Maximum memory size exceeded)';
    await expect(decompress(bytes, () => small)).rejects.toThrow(new CodecError(message));
    await expect(compress(small.model, small.weights, images, { block: 2 })).rejects.toThrow(new CodecError(message));
  });

  it('that promises images without end takes no memory for them', async () => {
    const bad = (change: (values: number[]) => void) => {
      const values = [...bytes];
      change(values);
      return answer(sealed(Uint8Array.from(values)));
    };
    const blocks = 5 + 64 + 2;
    expect(await bad((v) => v.splice(blocks, 1, 0xff, 0xff, 0xff, 0xff, 0x0f))).toMatch(/damaged|at most/);
    expect(await bad((v) => v.splice(blocks + 1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f))).toMatch(
      'wanted blocks of at most 134217728 sub-pixels, got 4294967295 × 5 × 4 × 1 in strips of 5',
    );
    expect(await bad((v) => v.splice(blocks + 1, 1, 0xff, 0xff, 0xff, 0xff, 0x1f))).toMatch(
      'the archive is damaged: wanted a whole number below 2³², got a larger one',
    );
    expect(await bad((v) => v.splice(blocks + 1, 3, 0xff, 0xff, 0x7f, 1, 1))).toMatch(
      /wanted blocks of at most/, // rows of 5 of a height of 1
    );
    expect(await bad((v) => v.splice(blocks + 1, 4, 0xff, 0xff, 0x7f, 1, 1, 1))).toBe(
      'wanted an archive of at most 1048576 images, got more',
    );
    expect(await bad((v) => v.splice(blocks - 1, 1, 1))).toMatch(
      'the archive is damaged: wanted 2 to 65536 levels, got 1',
    );
    expect(await bad((v) => v.splice(blocks - 1, 1, 4))).toMatch(
      'the archive is damaged: wanted 1 channels of 3 levels, got 1 of 4',
    );
  });

  it('whose parts do not add up is refused', async () => {
    const values = [...bytes];
    values.splice(-4, 0, 0);
    expect(await answer(sealed(Uint8Array.from(values)))).toBe(
      'the archive is damaged: wanted no bytes after its streams, got some',
    );
    values.splice(-6, 3);
    expect(await answer(sealed(Uint8Array.from(values)))).toMatch(
      /^the archive is damaged: wanted \d+ more bytes, got \d+$/,
    );
    const name = bytes.indexOf('n'.charCodeAt(0), 70);
    const fewer = bytes.slice();
    fewer[name + 2] = 'x'.charCodeAt(0);
    expect(await answer(sealed(fewer))).toBe('the archive is damaged: wanted 4 names, got 3');
    const folder = bytes.slice();
    folder[name] = '/'.charCodeAt(0);
    expect(await answer(sealed(folder))).toMatch(/^wanted names without slashes/);
  });

  it('of another model, or of other weights, is refused by name and number', async () => {
    const other = await trained({ ...PIXEL_CNN, layers: 2 }, GREY);
    await expect(decompress(bytes, () => other)).rejects.toThrow(
      /^wanted the model [0-9a-f]{8} that wrote the archive, got pixelCnn [0-9a-f]{8}$/,
    );
    const later = await trained(PIXEL_CNN, GREY, 2);
    await expect(decompress(bytes, () => later)).rejects.toThrow(
      /^wanted the weights [0-9a-f]{8} that wrote the archive, got [0-9a-f]{8}$/,
    );
  });
});
