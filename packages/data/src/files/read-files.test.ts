import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { A, B, smallManifest, temporaryFolder } from '../testing/fixtures.ts';
import { readFiles } from './read-files.ts';

const manifest = smallManifest();

async function folderWith(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

const archive = async (a = A) =>
  gzipSync(
    await packTar([
      { header: { name: 'x/a', size: a.length }, body: a },
      { header: { name: 'x/b.bin', size: B.length }, body: B },
    ]),
  );

describe('readFiles', () => {
  it.each([
    ['as they are stored', async () => ({ 'a.gz': gzipSync(A), 'b.bin': B })],
    ['the other way round', async () => ({ a: A, 'b.bin.gz': gzipSync(B) })],
    ['in an archive', async () => ({ 'ab.tar.gz': await archive() })],
    ['partly in an archive', async () => ({ a: A, 'ab.tar.gz': await archive() })],
  ])('finds files %s', async (_, files) => {
    const contents = await readFiles(manifest, await folderWith(await files()));
    expect([...contents.keys()].sort()).toEqual(['a', 'b.bin']);
    expect(Buffer.compare(contents.get('a')!, A)).toBe(0);
    expect(Buffer.compare(contents.get('b.bin')!, B)).toBe(0);
  });

  it('names a missing file and the command that gets it', async () => {
    const folder = await folderWith({ 'b.bin': B });
    await expect(readFiles(manifest, folder)).rejects.toThrow(
      `small: a.gz is not in ${folder}; run: pixelrnn fetch small`,
    );
    const nowhere = join(folder, 'no', 'such');
    await expect(readFiles(manifest, nowhere)).rejects.toThrow(`a.gz is not in ${nowhere}`);
  });

  it('says how to decompress .xz', async () => {
    const folder = await folderWith({ a: A, 'b.bin.xz': Uint8Array.of(0xfd, 0x37) });
    const path = join(folder, 'b.bin.xz');
    await expect(readFiles(manifest, folder)).rejects.toThrow(
      `${path}: .xz files are not read; decompress it first: xz -dk ${path}`,
    );
  });

  it('says so when the path leads through a file, or a file is a folder', async () => {
    const folder = await folderWith({ file: B });
    await expect(readFiles(manifest, join(folder, 'file'))).rejects.toThrow(
      `cannot read ${join(folder, 'file', 'a.gz')}: a part of this path is a file, not a folder`,
    );
    await mkdir(join(folder, 'a.gz'));
    await expect(readFiles(manifest, folder)).rejects.toThrow(
      `cannot read ${join(folder, 'a.gz')}: this is a folder, not a file`,
    );
  });

  it('names a damaged file, what was wanted and found, and how to replace it', async () => {
    const folder = await folderWith({ 'a.gz': gzipSync(A.subarray(1)), 'b.bin': B });
    await expect(readFiles(manifest, folder)).rejects.toThrow(
      `${join(folder, 'a.gz')}: wanted 5000 bytes of a, found 4999; to replace it run: pixelrnn fetch small`,
    );
    const packed = await folderWith({ 'ab.tar.gz': await archive(A.map((byte) => byte ^ 1)) });
    await expect(readFiles(manifest, packed)).rejects.toThrow(/ab\.tar\.gz \(a\): wanted a with sha256 .*fetch small$/);
  });
});
