import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ImageSpec } from '@pixelrnn/core';
import { type ImageSurvey, openDataset, surveyImages } from '@pixelrnn/data/node';
import { OptionError } from '../experiment-error.ts';
import { merge } from './merge.ts';

/** Images of one's own, and what of them is chosen. */
export interface OwnImages {
  /** A folder of them, or a pack. */
  readonly folder: string;
  /** Default: that of the files, where they agree on one of at most 64×64; else that of the preset. */
  readonly size?: { readonly height: number; readonly width: number };
  /** Default: 2 where the files are black and white, else 256. */
  readonly levels?: number;
  /** Told in a sentence what was found and chosen. */
  readonly onChosen?: (line: string) => void;
}

/** The largest images of the papers. */
const MOST = 64;

interface ImageModel {
  readonly classes?: unknown;
  readonly image: { readonly height: number; readonly width: number };
}

/**
 * A recipe for images of one's own: the network of another one, and as much of an image as the files have of height, width, colors and
 * levels. A network that is told classes gets the folders as such.
 */
export async function fitImages(recipe: object, images: OwnImages): Promise<unknown> {
  const { folder, size, levels, onChosen } = images;
  if (await isFile(folder)) return fitPack(recipe, images);
  const { model, dataset } = recipe as { model?: ImageModel; dataset?: { options?: { folder?: unknown } } };
  // A recipe that was made for some folder has chosen; only the folder is another.
  if (dataset?.options?.folder !== undefined && !size && levels === undefined)
    return merge(recipe, { dataset: { options: { folder: resolve(folder) } } });
  if (!model?.image) throw new OptionError('images', 'wanted a recipe with a model whose images are known, got none');
  const { survey, options } = await folderOptions(images, model.image);
  const labels: { labels?: 'folders' } = model.classes === undefined ? {} : { labels: 'folders' };
  const { classes } = labels.labels ? await openDataset('image-folder', { ...options, ...labels }) : {};
  const { folder: _, ...image } = options;
  onChosen?.(inWords(survey, image, classes?.length));
  return {
    ...(merge(recipe, { model: { image, ...(classes && { classes: classes.length }) } }) as object),
    dataset: { name: 'image-folder', options: { ...options, ...labels } },
  };
}

/**
 * Options of the data set `image-folder` for the images in a folder, as the files are where nothing else is chosen.
 * @param otherwise their size where the files differ, or are large
 * @throws OptionError where nobody says what size they are to have
 */
export async function folderOptions(
  { folder, size, levels }: OwnImages,
  otherwise?: OwnImages['size'],
): Promise<{ survey: ImageSurvey; options: ImageSpec & { readonly folder: string } }> {
  const survey = await surveyImages(folder);
  const chosen = size ?? sizeOf(survey) ?? otherwise;
  if (!chosen) {
    const large = survey.sizes.length === 1 ? ` (only up to ${MOST}×${MOST} are taken as they are)` : '';
    throw new OptionError(
      'size',
      `wanted one for the images in ${folder}, which are ${sizesInWords(survey)}${large}, got none`,
    );
  }
  const { height, width } = chosen;
  const image = { height, width, channels: survey.channels, levels: levels ?? survey.levels };
  return { survey, options: { folder: resolve(folder), ...image } };
}

/** A recipe for the images of a pack, which has decided on all but their number of levels. */
async function fitPack(recipe: object, { folder, size, levels, onChosen }: OwnImages): Promise<unknown> {
  if (size) throw new OptionError('size', `wanted none, since ${folder} is a pack of images that have theirs`);
  const { model } = recipe as { model?: Partial<ImageModel> };
  const file = resolve(folder);
  const options = { file, ...(levels !== undefined && { levels }) };
  const { image, classes } = await openDataset('pack', options);
  const isTold = model?.classes !== undefined && classes;
  onChosen?.(`images: a pack; ${modelInWords(image, isTold ? classes.length : undefined)}`);
  return {
    ...(merge(recipe, { model: { image, ...(isTold && { classes: classes.length }) } }) as object),
    dataset: { name: 'pack', options },
  };
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false, // who reads it says why it cannot
  );

function sizeOf({ sizes }: ImageSurvey): { height: number; width: number } | undefined {
  const [{ height, width }, ...others] = sizes;
  return others.length === 0 && height <= MOST && width <= MOST ? { height, width } : undefined;
}

function inWords(survey: ImageSurvey, image: ImageSpec, classes?: number): string {
  const colors = survey.channels === 1 ? (survey.levels === 2 ? 'black and white' : 'grey') : 'colored';
  return (
    `images: ${survey.count} files, ${sizesInWords(survey)}, ${colors} in the ${survey.decoded} that were looked at; ` +
    modelInWords(image, classes)
  );
}

/** Sizes that are all told; of more, the most frequent one is. */
const TOLD = 3;

function sizesInWords({ sizes }: ImageSurvey): string {
  const [{ height, width }, ...others] = sizes;
  if (others.length === 0) return `all of ${height}×${width}`;
  const told = sizes.length <= TOLD ? sizes : sizes.slice(0, 1);
  const more = sizes.length > TOLD ? [`others of ${others.length} sizes`] : [];
  return [...told.map((each) => `${each.count} of ${each.height}×${each.width}`), ...more].join(', ');
}

const modelInWords = ({ height, width, channels, levels }: ImageSpec, classes?: number): string =>
  `the model is for ${height}×${width}, ${channels === 1 ? 'grey' : 'RGB'}, ${levels} levels` +
  (classes === undefined ? '' : `, ${classes} classes`);
