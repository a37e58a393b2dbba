import { DataError } from '../data-error.ts';
import { type Dataset, SPLITS } from '../dataset/dataset.ts';
import type { PackIndex } from './pack-format.ts';
import { type PackPart, writePack } from './write-pack.ts';

/** How {@link packDataset} tells how far it is, and is stopped. */
export interface PackOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Images read at once. */
const PORTION = 64;

/**
 * Writes all images of a data set into a pack.
 *
 * @throws DataError if its images are not the same in every epoch, or one cannot be read; then nothing is left
 */
export async function packDataset(dataset: Dataset, path: string, options: PackOptions = {}): Promise<PackIndex> {
  const { name, image, classes, config, map } = dataset;
  if (config.binarize === 'stochastic')
    throw new DataError(
      `pack: wanted images that are the same in every epoch, got bits of ${name} that are drawn anew: pack its levels, and binarize the pack`,
    );
  if (map !== undefined) throw new DataError(`pack: wanted images alone, got ${name} with a map for each`);
  return writePack(path, { name, image, ...(classes && { classes }), config }, partsOf(dataset, options));
}

async function* partsOf(dataset: Dataset, { signal, onProgress }: PackOptions): AsyncGenerator<PackPart> {
  const total = SPLITS.reduce((sum, split) => sum + dataset.size(split), 0);
  let done = 0;
  for (const split of SPLITS)
    for (let first = 0; first < dataset.size(split); first += PORTION) {
      signal?.throwIfAborted();
      const length = Math.min(PORTION, dataset.size(split) - first);
      const { images, labels } = await dataset.read(
        split,
        Array.from({ length }, (_, i) => first + i),
      );
      yield { split, images, ...(labels && { labels: Int32Array.from(labels) }) };
      done += length;
      onProgress?.(done, total);
    }
}
