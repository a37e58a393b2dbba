import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { completionSheet, sheet } from './sheet.ts';

const grey = { height: 1, width: 2, channels: 1, levels: 2 };
const rgb = { height: 1, width: 1, channels: 3, levels: 4 };

/** The picture as rows of text, pixel by pixel. */
function rows(png: Uint8Array): string[] {
  const { width, height, data, channels } = decode(png);
  const pixel = (i: number) => Array.from(data.subarray(i * channels, (i + 1) * channels)).join('/');
  return Array.from({ length: height }, (_, r) =>
    Array.from({ length: width }, (_, c) => pixel(r * width + c)).join(' '),
  );
}

describe('sheet', () => {
  it('puts images into rows with gaps between', () => {
    const images = new Float32Array([0, 1, 1, 0, 1, 1]);
    expect(rows(sheet(images, grey, { columns: 2, scale: 1, background: 9 }))).toEqual([
      '9 9 9 9 9 9 9',
      '9 0 255 9 255 0 9',
      '9 9 9 9 9 9 9',
      '9 255 255 9 9 9 9',
      '9 9 9 9 9 9 9',
    ]);
  });

  it('enlarges by whole pixels and draws colours', () => {
    const images = new Float32Array([0, 1, 3]);
    const row = '0/85/255 0/85/255';
    expect(rows(sheet(images, rgb, { scale: 2, gap: 0 }))).toEqual([row, row]);
  });

  it('makes small images large by itself', () => {
    const { width, height } = decode(sheet(new Float32Array(64 * 5), { height: 8, width: 8, channels: 1, levels: 2 }));
    expect([width, height]).toEqual([3 * 97 + 1, 2 * 97 + 1]);
  });

  it('refuses half an image', () => {
    expect(() => sheet(new Float32Array(3), grey)).toThrow('wanted images of [1, 2, 1] (2 values), got 3');
    expect(() => sheet(new Float32Array(0), grey)).toThrow('got 0 values');
  });
});

describe('completionSheet', () => {
  const known = (_row: number, column: number) => column === 0;

  it('shows original, known part and completions in one line', () => {
    const originals = new Float32Array([1, 0, 0, 1]);
    const completions = new Float32Array([1, 1, 1, 0, 0, 0, 0, 1]);
    const png = completionSheet({ originals, completions, known }, grey, { scale: 1, gap: 0, background: 9 });
    expect(rows(png)).toEqual(['255 0 255 9 255 255 255 0', '0 255 0 9 0 0 0 255']);
  });

  it('refuses completions that do not belong to the originals', () => {
    const images = { originals: new Float32Array(4), completions: new Float32Array(6), known };
    expect(() => completionSheet(images, grey)).toThrow('wanted as many completions for each of 2 images, got 3');
  });
});
