import { DataError } from '../../data-error.ts';
import type { Dataset } from '../../dataset/dataset.ts';
import { datasetConfig } from '../../dataset/pixel-dataset.ts';
import { fetchCommand } from '../../files/data-folder.ts';
import { existing } from '../../files/read-files.ts';
import { resolveOptions } from '../../options.ts';
import { packed } from '../../pack/packed.ts';

/** What one may choose of small ImageNet. */
export interface SmallImagenetOptions {
  /** Levels L of a sub-pixel: floor(v·L / 256). */
  levels: number;
}

/** All 256 levels, as in the papers. */
export const SMALL_IMAGENET_DEFAULTS: SmallImagenetOptions = { levels: 256 };

/** Name of the pack that an import writes. */
export const IMAGES = 'images.pack';

/** Height and width of the images of each data set. */
export const SMALL_IMAGENETS = { imagenet32: 32, imagenet64: 64 } as const;
/** `imagenet32` or `imagenet64`. */
export type SmallImagenet = keyof typeof SMALL_IMAGENETS;
export const isSmallImagenet = (name: string): name is SmallImagenet => Object.hasOwn(SMALL_IMAGENETS, name);

/** Images of the versions that are published. */
const WHOLE: Readonly<Record<string, { readonly train: number; readonly valid: number }>> = {
  old: { train: 1_281_149, valid: 49_999 },
  new: { train: 1_281_167, valid: 50_000 },
};

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
  const file = await existing(folder, IMAGES);
  if (file === undefined)
    throw new DataError(
      `${name}: nothing of it is in ${folder}; run: ${fetchCommand(name, folder, ['--from <folder>'])}`,
    );
  const pack = await packed({ file, levels });
  const { content, of } = pack.config as { content: string; of: { version: string } };
  const { version } = of;
  const [train, valid] = [pack.size('train'), pack.size('valid')];
  return {
    ...pack,
    name,
    config: datasetConfig(name, { version, content, binarize: 'none', levels }, pack.size),
    notes: [
      `version ${version}: ${train} images to train, ${valid} to validate, none to test`,
      ...missingOf(version, { train, valid }),
    ],
  };
}

function missingOf(version: string, { train, valid }: { readonly train: number; readonly valid: number }): string[] {
  const whole = WHOLE[version];
  if (!whole || (train === whole.train && valid === whole.valid)) return [];
  return [
    `not the whole of that version, which has ${whole.train} to train and ${whole.valid} to validate: results do not compare with published ones`,
  ];
}
