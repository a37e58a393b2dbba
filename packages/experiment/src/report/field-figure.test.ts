import type { ReceptiveField } from '@pixelrnn/testing';
import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { fieldPng, fieldSvg } from './field-figure.ts';
import { fieldPanel, idealPanel, SIGHT_COLORS } from './field-panels.ts';

/** Green of pixel (1, 0) of 2×2 RGB pixels: it sees all of the first, one sub-pixel of the second, and (a leak) blue of the last. */
const field: ReceptiveField = {
  image: { height: 2, width: 2, channels: 3, levels: 4 },
  row: 1,
  column: 0,
  seen: [new Uint8Array(12), Uint8Array.from([1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1])],
  earlier: [new Uint8Array(12), Uint8Array.from([1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0])],
  draws: 1,
};
const panels = [fieldPanel(field, 1, 'mine'), idealPanel(field, 1)];

it('tells what each pixel is', () => {
  expect(panels[0]).toEqual({
    title: 'mine: 6 of 7',
    sights: [
      ['seen', 'partly'],
      ['pixel', 'leak'],
    ],
  });
  expect(panels[1]).toEqual({
    title: 'ideal: all 7',
    sights: [
      ['seen', 'seen'],
      ['pixel', 'later'],
    ],
  });
  expect(fieldPanel(field).sights[0]).toEqual(['later', 'later']);
});

it('draws a PNG, a square for each pixel', () => {
  const { width, height, data } = decode(fieldPng(panels, { scale: 2 }));
  expect([width, height]).toEqual([14, 8]);
  const at = (x: number, y: number) =>
    `#${Buffer.from(data.subarray(3 * (y * width + x)).subarray(0, 3)).toString('hex')}`;
  expect([at(0, 0), at(2, 2), at(4, 2), at(2, 4), at(5, 5)]).toEqual([
    '#ffffff',
    SIGHT_COLORS.seen,
    SIGHT_COLORS.partly,
    SIGHT_COLORS.pixel,
    SIGHT_COLORS.leak,
  ]);
  expect([at(8, 2), at(11, 5)]).toEqual([SIGHT_COLORS.seen, SIGHT_COLORS.later]);
});

it('draws an SVG, neighbours that look alike as one rectangle', async () => {
  const svg = await fieldSvg(panels);
  expect(svg).toMatch(/^<svg .*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).toContain('mine: 6 of 7');
  const fills = [...svg.matchAll(/<rect[^>]*fill="(#\w+)"/g)].map(([, fill]) => fill);
  const { seen, partly, pixel, leak, later } = SIGHT_COLORS;
  expect(fills.sort()).toEqual([seen, partly, pixel, leak, seen, pixel, later].sort());
});
