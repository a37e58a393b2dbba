import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { expectRefusal } from './refusal.fixture.ts';
import { onCpu, runHere } from './terminal.fixture.ts';

const at = temporaryFolder();

/** An idx file of labels, all of them 0, as long as that of MNIST's test images. */
const labels = (change: (view: DataView) => void = () => undefined, count = 10_000) => {
  const view = new DataView(new ArrayBuffer(8 + count));
  view.setUint32(0, 0x801);
  view.setUint32(4, count);
  change(view);
  return Buffer.from(view.buffer);
};

const flipped = (content: Buffer) => {
  content[content.length - 6] ^= 1; // in the checksum
  return content;
};

/** A .tar.gz with one member. */
function tarGz(name: string, content: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name);
  header.write('0000644', 100);
  header.write(content.length.toString(8).padStart(11, '0'), 124);
  header.write('00000000000', 136);
  header.write('        0', 148); // the checksum counts as spaces; a file
  header.write('ustar\x0000', 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte)
      .toString(8)
      .padStart(6, '0')}\0`,
    148,
  );
  return gzipSync(Buffer.concat([header, Buffer.from(content.padEnd(512, '\0')), Buffer.alloc(1024)]));
}

const LABELS = 'mnist/t10k-labels-idx1-ubyte';
const ARCHIVE = 'cifar10/cifar-10-binary.tar.gz';

const CASES: readonly [what: string, file: string, content: Buffer, says: RegExp][] = [
  ['an empty file', LABELS, Buffer.alloc(0), /wanted 10008 bytes of t10k-labels-idx1-ubyte, found 0/],
  ['gzip that is cut off', `${LABELS}.gz`, gzipSync(labels()).subarray(0, -9), /found damaged gzip \(unexpected end/],
  ['gzip with a flipped bit', `${LABELS}.gz`, flipped(gzipSync(labels())), /found damaged gzip \(incorrect data check/],
  ['a wrong magic number', LABELS, labels((view) => view.setUint32(0, 0x803)), /with sha256 \w+, found sha256/],
  ['wrong dimensions', LABELS, labels(undefined, 9_999), /wanted 10008 bytes .*, found 10007/],
  ['a flipped bit', LABELS, labels((view) => view.setUint8(99, 1)), /with sha256 \w+, found sha256/],
  ['an archive that is none', ARCHIVE, Buffer.from('<html>'), /wanted a \.tar\.gz archive, found a damaged one/],
  [
    'an archive that reaches out of its folder',
    ARCHIVE,
    tarGz('../../../outside/data_batch_1.bin', 'no'),
    /wanted 30730000 bytes of data_batch_1\.bin, found 2/,
  ],
];

it.each(CASES)('%s is refused by train and fetch, and stays as it is', async (what, file, content, says) => {
  const data = at(what, 'data');
  const dataset = path.dirname(file);
  await mkdir(path.join(data, dataset), { recursive: true });
  await writeFile(path.join(data, file), content);

  const preset = dataset === 'mnist' ? 'quickstart' : 'cifar10-pixel-cnn';
  expectRefusal(
    await runHere([...onCpu(['train', preset, '--out', at('run'), '--data-dir', data]), '--json']),
    1,
    says,
  );
  const importing = ['fetch', dataset, '--from', data, '--data-dir', at('imported'), '--json'];
  expectRefusal(await runHere(importing), 1, says);

  expect([at('run'), at('imported'), at('outside'), at(what, 'outside')].filter(existsSync)).toEqual([]);
  expect((await readFile(path.join(data, file))).equals(content)).toBe(true);
});
