import { expect, it } from 'vitest';
import { pixelsText, regionMask } from './region.ts';

const size = { height: 3, width: 4 };

it.each([
  ['rows:0', '0000 0000 0000'],
  ['rows:2', '1111 1111 0000'],
  ['bottom:1', '0000 0000 1111'],
  ['left:3', '1110 1110 1110'],
  ['right:1', '0001 0001 0001'],
  ['box:1,2,1,2', '0000 0011 0000'],
  ['box:2,3,9,9', '0000 0000 0001'],
])('%s', (text, expected) => {
  expect(regionMask(text, size).join('')).toBe(expected.replaceAll(' ', ''));
});

it.each(['rows:-1', 'rows:', 'rows:1.5', '2', 'columns:1', 'box:1,2,3', 'rows:1,2', 'toString:1'])(
  'refuses %s',
  (text) => {
    expect(() => regionMask(text, size)).toThrow(
      `wanted rows:N (the N upper rows), bottom:N, left:N, right:N, or box:y,x,h,w`,
    );
    expect(() => regionMask(text, size)).toThrow(`got "${text}"`);
  },
);

it.each(['rows:3', 'left:4', 'box:0,0,3,4'])('refuses %s, which leaves nothing', (text) => {
  expect(() => regionMask(text, size)).toThrow(`wanted a part of 3×4 pixels, got "${text}", which is all`);
});

it('writes any pixels out, and reads them again', () => {
  const mask = Uint8Array.of(1, 0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1);
  const text = pixelsText({ height: 3, width: 5 }, mask);
  expect(text).toBe('pixels:3x5:9702');
  expect(regionMask(text, { height: 3, width: 5 })).toEqual(mask);
  expect(() => regionMask(text, size)).toThrow('wanted a mask of 3×4 pixels, got one of 3×5');
  expect(() => regionMask('pixels:3x5:97', { height: 3, width: 5 })).toThrow('wanted rows:N');
  expect(() => regionMask('pixels:3x4:fff', size)).toThrow('which is all');
});
