import { join, resolve } from 'node:path';
import { DataError } from '../../data-error.ts';
import { existing } from '../../files/read-files.ts';
import { openPack } from '../../pack/open-pack.ts';
import { writePack } from '../../pack/write-pack.ts';
import { IMAGES, SMALL_IMAGENETS, type SmallImagenet } from './small-imagenet.ts';
import { findSource } from './sources.ts';

/** What {@link importSmallImagenet} found and did. */
export interface SmallImport {
  readonly written: readonly string[];
  readonly present: readonly string[];
}

/**
 * Imports ImageNet at 32×32 or 64×64 into the data folder, from any of its public forms, as a pack. What is there is kept.
 *
 * @param from where the files lie, or a folder named as the data set; undefined if nothing is to be imported
 * @throws DataError if there is nothing to import, or some of it is damaged: nothing is left half-done
 */
export async function importSmallImagenet(
  name: SmallImagenet,
  folder: string,
  from: string | undefined,
  onFile: (path: string) => void,
): Promise<SmallImport> {
  const path = join(folder, IMAGES);
  if (await existing(folder, IMAGES)) {
    await openPack(path);
    return { written: [], present: [path] };
  }
  if (from === undefined) throw new DataError(`fetch ${name}: ${WANTED(name)}`);
  const here = (await existing(resolve(from), name)) ?? resolve(from);
  const size = SMALL_IMAGENETS[name];
  const source = await findSource(here, size);
  if (!source) throw new DataError(`fetch ${name}: found nothing of it in ${here}: ${WANTED(name)}`);
  const image = { height: size, width: size, channels: 3, levels: 256 };
  const { version, classes } = source;
  await writePack(path, { name, image, ...(classes && { classes }), config: { version } }, source.images(onFile));
  return { written: [path], present: [] };
}

/** Its homes want an account, or have withdrawn it. */
const WANTED = (name: SmallImagenet): string => {
  const size = `${SMALL_IMAGENETS[name]}x${SMALL_IMAGENETS[name]}`;
  return (
    `wanted --from <folder> with train_data_batch_1.npz … and val_data.npz (or the same pickled), ` +
    `train_${size}.tar and valid_${size}.tar (or the folders in them), or folders train and val of images of any size`
  );
};
