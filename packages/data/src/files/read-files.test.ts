import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { A, B, smallManifest, temporaryFolder } from '../testing/fixtures.ts';
import { writeZip } from '../testing/write-zip.ts';
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

  it('knows a file by its other names', async () => {
    const [a, b] = manifest.files;
    const set = { ...manifest, files: [{ ...a, aliases: ['a.other'] }, b] };
    for (const name of ['a.other', 'a.other.gz']) {
      const contents = await readFiles(
        set,
        await folderWith({ [name]: name.endsWith('.gz') ? gzipSync(A) : A, 'b.bin': B }),
      );
      expect(Buffer.compare(contents.get('a')!, A)).toBe(0);
    }
  });

  it('reads an archive of members to make the files from', async () => {
    const reversed = {
      members: () => new Map([['a.npy', 9000]]),
      convert: (members: ReadonlyMap<string, Uint8Array>) => members.get('a.npy')!.toReversed(),
    };
    const set = { ...manifest, archives: [{ name: 'none.tar.gz' }, { name: 'a.npz', conversion: reversed }] };
    const npz = writeZip([{ name: 'a.npy', content: A.toReversed(), deflate: true }]);
    const contents = await readFiles(set, await folderWith({ 'a.npz': npz, 'b.bin': B }));
    expect(Buffer.compare(contents.get('a')!, A)).toBe(0);
  });

  it('does not advise to overwrite a whole file of something else', async () => {
    const other = A.map((byte) => byte ^ 1);
    const folder = await folderWith({ a: other, 'b.bin': B });
    await expect(readFiles(manifest, folder)).rejects.toThrow(
      /found sha256 \w+; it is damaged or other data: move it away, then run: pixelrnn fetch small --data-dir \S+$/,
    );
    await expect(readFiles({ ...manifest, namesakes: 'Big or Bigger' }, folder)).rejects.toThrow(
      'it may be of Big or Bigger, whose files have the same names: move it away, then run',
    );
  });

  it('names a damaged file, what was wanted and found, and how to replace it', async () => {
    const folder = await folderWith({ 'a.gz': gzipSync(A.subarray(1)), 'b.bin': B });
    await expect(readFiles(manifest, folder)).rejects.toThrow(
      `${join(folder, 'a.gz')}: wanted 5000 bytes of a, found 4999; to replace it run: pixelrnn fetch small`,
    );
    const packed = await folderWith({ 'ab.tar.gz': await archive(A.map((byte) => byte ^ 1)) });
    await expect(readFiles(manifest, packed)).rejects.toThrow(
      /ab\.tar\.gz \(a\): wanted a with sha256 .*fetch small --data-dir \S+$/,
    );
  });
});
