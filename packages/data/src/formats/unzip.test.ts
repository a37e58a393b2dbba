import { describe, expect, it } from 'vitest';
import { noise } from '../testing/fixtures.ts';
import { writeZip } from '../testing/write-zip.ts';
import { unzipMembers } from './unzip.ts';

const A = noise(3000);
const ZEROS = new Uint8Array(100_000);
const zip = writeZip([
  { name: 'deep/a.npy', content: A },
  { name: 'zeros.npy', content: ZEROS, deflate: true },
  { name: 'other.npy', content: A },
]);
const limits = new Map([
  ['a.npy', 3000],
  ['zeros.npy', 100_000],
]);
const read = (bytes: Uint8Array, of = limits) => [...unzipMembers(bytes, 'f.npz', (name) => of.get(name))];

describe('unzipMembers', () => {
  it('gives the wanted members, stored or deflated, of a file that a comment may follow', () => {
    const expected = [
      { name: 'a.npy', content: A },
      { name: 'zeros.npy', content: ZEROS },
    ];
    for (const bytes of [zip, Buffer.concat([zip, Buffer.from('comment')])]) {
      const members = read(bytes).map(({ name, content }) => ({ name, content: Uint8Array.from(content) }));
      expect(members).toEqual(expected);
    }
  });

  it.each<[string, Uint8Array, string]>([
    ['no zip file', noise(100), 'it has no directory'],
    ['a file that is cut', zip.subarray(0, -30), 'it has no directory'],
    ['a file whose beginning is gone', zip.subarray(1000), 'Offset is outside the bounds'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(/^f\.npz: wanted a zip archive, found a damaged one \(.*\)$/);
    expect(() => read(bytes)).toThrow(message);
  });

  it.each(['a.npy', 'zeros.npy'])('does not unpack more of %s than is wanted', (name) => {
    expect(() => read(zip, new Map([[name, 2999]]))).toThrow('found a damaged one');
  });
});
