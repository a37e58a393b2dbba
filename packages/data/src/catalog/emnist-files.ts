import { gunzipSync } from 'node:zlib';
import { DataError } from '../data-error.ts';
import { unzipMembers } from '../formats/unzip.ts';
import { checkChoice } from '../options.ts';
import { EMNIST_DEFAULTS, EMNIST_PARTS, type EmnistPart } from './emnist.ts';
import type { MnistFiles } from './mnist.ts';

/** Longer than any file of the archive. */
const LIMIT = 2 ** 30;

/**
 * The four idx files of a part, decompressed, from the archive `gzip.zip` that NIST publishes.
 *
 * @throws DataError if it does not hold them
 */
export function emnistFiles(archive: Uint8Array, part: EmnistPart = EMNIST_DEFAULTS.part): MnistFiles {
  checkChoice('emnist', 'part', part, EMNIST_PARTS);
  const names = ['train-images-idx3', 'train-labels-idx1', 'test-images-idx3', 'test-labels-idx1'].map(
    (name) => `emnist-${part}-${name}-ubyte.gz`,
  );
  const members = new Map<string, Uint8Array>();
  const limitOf = (name: string) => (names.includes(name) ? LIMIT : undefined);
  for (const { name, content } of unzipMembers(archive, 'gzip.zip', limitOf)) members.set(name, gunzipSync(content));
  const missing = names.find((name) => !members.has(name));
  if (missing) throw new DataError(`emnist: wanted ${missing} in gzip.zip, found none`);
  const [trainImages, trainLabels, testImages, testLabels] = names.map((name) => members.get(name)!);
  return { trainImages, trainLabels, testImages, testLabels };
}
