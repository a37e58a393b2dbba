import { gzipSync } from 'node:zlib';
import { packTar, type TarEntry } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { noise } from '../testing/fixtures.ts';
import { unpackMembers } from './unpack.ts';

const file = (name: string, body: Uint8Array<ArrayBuffer>): TarEntry => ({
  header: { name, size: body.length, type: 'file' },
  body,
});
const tarOf = (...entries: TarEntry[]) => packTar(entries);

async function unpack(archive: Uint8Array<ArrayBuffer>, limitOf: (name: string) => number | undefined = () => 1e6) {
  const found: [string, number][] = [];
  for await (const { name, content } of unpackMembers(archive, 'x.tar.gz', limitOf)) found.push([name, content.length]);
  return found;
}

describe('unpackMembers', () => {
  it('gives the wanted members by the last part of their path', async () => {
    const entries = [
      file('p/readme', noise(700)),
      file('p/q/a', noise(200_000)),
      file('p/skip1', noise(100_000)),
      file('p/skip2', noise(1)),
      file('p/empty', new Uint8Array(0)),
      file('../../b', noise(3)),
      file('/etc/c', noise(4)),
    ];
    const wanted = (name: string) => (/^[abc]$/.test(name) ? 1e6 : undefined);
    expect(await unpack(gzipSync(await tarOf(...entries)), wanted)).toEqual([
      ['a', 200_000],
      ['b', 3],
      ['c', 4],
    ]);
  });

  it('takes no links for files', async () => {
    const link: TarEntry = { header: { name: 'a', size: 0, type: 'symlink', linkname: '/etc/passwd' } };
    expect(await unpack(gzipSync(await tarOf(link, file('b', noise(1)))))).toEqual([['b', 1]]);
  });

  it('refuses a member that is too long', async () => {
    const archive = gzipSync(await tarOf(file('a', noise(11))));
    await expect(unpack(archive, () => 10)).rejects.toThrow('x.tar.gz: wanted a of at most 10 bytes, found 11');
  });

  it('refuses what is damaged', async () => {
    const tar = await tarOf(file('a', noise(50_000)));
    const archive = gzipSync(tar);
    const broken = archive.map((byte, i) => (i === 20_000 ? byte ^ 1 : byte));
    const damaged = 'x.tar.gz: wanted a .tar.gz archive, found a damaged one';
    await expect(unpack(archive.subarray(0, 30_000))).rejects.toThrow(damaged);
    await expect(unpack(broken)).rejects.toThrow(damaged);
    await expect(unpack(gzipSync(tar.subarray(0, 20_000)))).rejects.toThrow(damaged);
    await expect(unpack(gzipSync(noise(5000)))).rejects.toThrow(damaged);
    await expect(unpack(noise(5000))).rejects.toThrow(damaged);
    await expect(unpack(new Uint8Array(0))).rejects.toThrow(damaged);
  });
});
