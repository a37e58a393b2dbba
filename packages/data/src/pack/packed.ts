import type { Batch } from '@pixelrnn/core';
import { DataError } from '../data-error.ts';
import type { Dataset, Split } from '../dataset/dataset.ts';
import { checkIndices, datasetConfig } from '../dataset/pixel-dataset.ts';
import { QUANTIZE_DEFAULTS, type QuantizeOptions, quantizer } from '../dataset/quantize.ts';
import { resolveOptions } from '../options.ts';
import { openPack } from './open-pack.ts';

/** Where a pack lies, and what is made of its levels. */
export interface PackedOptions extends QuantizeOptions {
  /** The file that `pixelrnn pack` has written. */
  file: string | undefined;
}

/** The levels as they were packed. */
export const PACKED_DEFAULTS: PackedOptions = { ...QUANTIZE_DEFAULTS, file: undefined };

const NAME = 'pack';

/**
 * The data set in a pack: opened without reading an image, read by offset, by as many processes at once as like. `config.content` is a hash of
 * its images and labels, so results on other data have other conditions.
 *
 * @throws DataError if the file is no pack, or is damaged as far as its ends tell; `verifyPack` reads it all
 */
export async function packed(options: Partial<PackedOptions>): Promise<Dataset> {
  const { file, ...quantization } = resolveOptions(NAME, PACKED_DEFAULTS, options);
  if (typeof file !== 'string') throw new DataError(`${NAME}: wanted the path of a pack as file, got ${String(file)}`);
  const pack = await openPack(file);
  const { name, image, classes, config, splits, sha256 } = pack.index;
  const levels = quantizer(NAME, quantization, image.levels);
  const imageSize = image.height * image.width * image.channels;
  const size = (split: Split) => splits[split];

  async function read(split: Split, indices: ArrayLike<number>, epoch = 0): Promise<Batch> {
    checkIndices(NAME, split, indices, size(split));
    const source = await pack.read(split, indices);
    const images = new Float32Array(source.length);
    for (let i = 0; i < indices.length; i++) {
      const own = source.subarray(i * imageSize, (i + 1) * imageSize);
      levels.apply(own, images, i * imageSize, { split, epoch, index: indices[i] });
    }
    const labels = pack.labels(split);
    return {
      images,
      count: indices.length,
      ...(labels && { labels: Int32Array.from(indices, (index) => labels[index]) }),
    };
  }

  return {
    name: NAME,
    image: { ...image, levels: levels.levels },
    ...(classes && { classes }),
    config: datasetConfig(NAME, { of: config, content: sha256.slice(0, 16), ...levels.config }, size),
    notes: [`${size('train')} images of ${name} to train, ${size('valid')} to validate, ${size('test')} to test`],
    size,
    read,
  };
}
