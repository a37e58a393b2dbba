import type { Batch } from '@pixelrnn/core';
import { DataError } from '../../data-error.ts';
import type { Dataset, Split } from '../../dataset/dataset.ts';
import { checkIndices, datasetConfig } from '../../dataset/pixel-dataset.ts';
import { quantizer } from '../../dataset/quantize.ts';
import { resolveOptions } from '../../options.ts';
import { openStore } from './image-store.ts';

/** What one may choose of small ImageNet. */
export interface SmallImagenetOptions {
  /** Levels L of a sub-pixel: floor(v·L / 256). */
  levels: number;
}

/** All 256 levels, as in the papers. */
export const SMALL_IMAGENET_DEFAULTS: SmallImagenetOptions = { levels: 256 };

/** Height and width of the images of each data set. */
export const SMALL_IMAGENETS = { imagenet32: 32, imagenet64: 64 } as const;
/** `imagenet32` or `imagenet64`. */
export type SmallImagenet = keyof typeof SMALL_IMAGENETS;
export const isSmallImagenet = (name: string): name is SmallImagenet => Object.hasOwn(SMALL_IMAGENETS, name);

/**
 * ImageNet at 32×32 or 64×64, as `pixelrnn fetch imagenet32 --from <folder>` has imported it. `config.version` says which one it is, since
 * their likelihoods do not compare; papers report those of the validation images. There are none to test. Images are read when they are
 * asked for.
 *
 * @throws DataError if nothing was imported, or it is damaged
 */
export async function smallImagenet(
  name: SmallImagenet,
  folder: string,
  options?: Partial<SmallImagenetOptions>,
): Promise<Dataset> {
  const { levels } = resolveOptions(name, SMALL_IMAGENET_DEFAULTS, options);
  const quantize = quantizer(name, { binarize: 'none', levels, seed: undefined }, 256);
  const store = await openStore(folder);
  if (!store)
    throw new DataError(`${name}: nothing of it is in ${folder}; run: pixelrnn fetch ${name} --from <folder>`);
  const { size: side, version, splits } = store.index;
  const imageSize = side * side * 3;
  const size = (split: Split) => (split === 'test' ? 0 : splits[split].images);

  async function read(split: Split, indices: ArrayLike<number>, epoch = 0): Promise<Batch> {
    checkIndices(name, split, indices, size(split));
    const images = new Float32Array(indices.length * imageSize);
    const source = new Uint8Array(imageSize);
    for (let i = 0; i < indices.length; i++) {
      await store!.read(split as 'train', indices[i], source);
      quantize.apply(source, images, i * imageSize, { split, epoch, index: indices[i] });
    }
    return { images, count: indices.length };
  }

  const content = { train: splits.train.sha256.slice(0, 16), valid: splits.valid.sha256.slice(0, 16) };
  return {
    name,
    image: { height: side, width: side, channels: 3, levels: quantize.levels },
    config: datasetConfig(name, { version, content, ...quantize.config }, size),
    notes: [`version ${version}: ${size('train')} images to train, ${size('valid')} to validate, none to test`],
    size,
    read,
  };
}
