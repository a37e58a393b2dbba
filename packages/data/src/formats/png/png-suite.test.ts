import { readFile } from 'node:fs/promises';
import { sha256 } from '@pixelrnn/files';
import { beforeAll, describe, expect, it } from 'vitest';
import { unpackMembers } from '../unpack.ts';
import { decodePng } from './decode-png.ts';

// PngSuite (Willem van Schaik) against what Pillow reads; `testing/png-suite/README.md` says how.

const SUITE = new URL('../../testing/png-suite/', import.meta.url);
const pillow: Record<string, string | null> = JSON.parse(await readFile(new URL('pillow.json', SUITE), 'utf8'));
const files = new Map<string, Uint8Array>();

beforeAll(async () => {
  const archive = await readFile(new URL('png-suite.tar.gz', SUITE));
  for await (const { name, content } of unpackMembers(archive, 'png-suite.tar.gz', () => 2 ** 20))
    files.set(name.replace(/\.png$/, ''), content);
});

/** Pillow passes a wrong checksum of the data over. */
const REFUSED_BY_US_ALONE = ['xcsn0g01'];

const read = (name: string): string => {
  const { height, width, channels, pixels } = decodePng(files.get(name)!, `${name}.png`);
  return `${height}×${width}×${channels} ${sha256(pixels).slice(0, 16)}`;
};

const isImage = (name: string): boolean => pillow[name] !== null && !REFUSED_BY_US_ALONE.includes(name);
const names = Object.keys(pillow);

describe('PngSuite', () => {
  it('has 176 files, of which 162 are whole', () => {
    expect([...files.keys()].filter((name) => name in pillow).sort()).toEqual(names);
    expect([names.length, names.filter(isImage).length]).toEqual([176, 162]);
  });

  it.each(names.filter(isImage))('%s is the image that Pillow reads', (name) => {
    expect(read(name)).toBe(pillow[name]);
  });

  it.each(names.filter((name) => !isImage(name)))('%s is damaged and refused in one line', (name) => {
    expect(() => read(name)).toThrow(/^\w+\.png: wanted a PNG image, found [^\n]+$/);
  });
});
