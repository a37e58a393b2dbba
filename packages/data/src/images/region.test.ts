import { expect, it } from 'vitest';
import { isRegion, pixelsText, regionMask } from './region.ts';

const size = { height: 3, width: 4 };

it.each([
  ['rows:2', '1111 1111 0000'],
  ['bottom:1', '0000 0000 1111'],
  ['left:3', '1110 1110 1110'],
  ['right:1', '0001 0001 0001'],
  ['box:1,2,1,2', '0000 0011 0000'],
  ['box:2,3,1,1', '0000 0000 0001'],
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
    expect(isRegion(text)).toBe(false);
  },
);

it.each([
  ...['rows:3', 'left:4', 'box:0,0,3,4'].map((text) => [text, 'which is all']),
  ...['rows:4', 'bottom:4', 'left:5', 'right:5', 'box:2,3,9,9', 'box:1,1,1,4', 'box:3,0,1,1'].map((text) => [
    text,
    'which goes beyond it',
  ]),
  ...['rows:0', 'bottom:0', 'left:0', 'right:0', 'box:0,0,0,4', 'box:9,9,1,0'].map((text) => [
    text,
    'which is nothing of it',
  ]),
])('refuses %s, %s', (text, why) => {
  expect(isRegion(text)).toBe(true);
  expect(() => regionMask(text, size)).toThrow(`wanted a part of an image of 3×4 pixels, got "${text}", ${why}`);
});

it('writes any pixels out, and reads them again', () => {
  const mask = Uint8Array.of(1, 0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1);
  const text = pixelsText({ height: 3, width: 5 }, mask);
  expect(text).toBe('pixels:3x5:9702');
  expect(regionMask(text, { height: 3, width: 5 })).toEqual(mask);
  expect(() => regionMask(text, size)).toThrow('wanted a mask of 3×4 pixels, got one of 3×5');
  expect(() => regionMask('pixels:3x5:97', { height: 3, width: 5 })).toThrow('wanted rows:N');
  const part = 'wanted a part of an image of 3×4 pixels, got a mask, ';
  expect(() => regionMask('pixels:3x4:fff', size)).toThrow(`${part}which is all`);
  expect(() => regionMask('pixels:3x4:000', size)).toThrow(`${part}which is nothing of it`);
});
