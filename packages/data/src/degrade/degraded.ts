import { type Batch, dimensions, type ImageSpec, type Rng, rng } from '@pixelrnn/core';
import type { Dataset, Split } from '../dataset/dataset.ts';
import { degradationOf } from './parse-degradation.ts';

/** The values 0 … 1 of levels. */
export const valuesOf = (levels: ArrayLike<number>, { levels: count }: Pick<ImageSpec, 'levels'>): Float32Array =>
  Float32Array.from(levels, (level) => level / (count - 1));

/** Random numbers of an image of a split: of training others in each epoch, of what is evaluated the same however often it is read. */
function imageRandom(text: string, split: Split, index: number, epoch = 0): Rng {
  const own = rng(text).fork(split).fork(index);
  return split === 'train' ? own.fork(epoch) : own;
}

/**
 * A data set whose batches hold beside each image what is seen of it when it is degraded, as a map on −1 … 1: for models of
 * p(image | degraded image). Noise is an image's own, whatever the batch, and a training image's another in each epoch.
 *
 * @param text `blur:1.5`, `box:4`, `noise:0.1`, `mask:bottom:14`
 * @throws DataError if that is no degradation, or none of images of this size
 */
export function degraded(dataset: Dataset, text: string): Dataset {
  const { name, image, classes, notes } = dataset;
  const degradation = degradationOf(text, image);
  const size = dimensions(image);
  return {
    name,
    image,
    ...(classes && { classes }),
    ...(notes && { notes }),
    size: (split) => dataset.size(split),
    config: { ...dataset.config, restore: text },
    ...(dataset.badImages && { badImages: (options) => dataset.badImages!(options) }),
    map: degradation.mapChannels(image.channels),
    async read(split, indices, epoch): Promise<Batch> {
      const batch = await dataset.read(split, indices, epoch);
      const maps = Array.from(indices, (index, i) => {
        const values = valuesOf(batch.images.subarray(i * size, (i + 1) * size), image);
        return degradation.map(degradation.degrade(values, image, imageRandom(text, split, index, epoch)), image);
      });
      const map = new Float32Array(maps.length * (maps[0]?.length ?? 0));
      for (const [i, one] of maps.entries()) map.set(one, i * one.length);
      return { ...batch, map };
    },
  };
}
