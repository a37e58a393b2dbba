import { resolve } from 'node:path';
import { type ImageSurvey, openDataset, surveyImages } from '@pixelrnn/data/node';
import { ExperimentError } from '../experiment-error.ts';
import { merge } from './merge.ts';

/** A folder of images of one's own, and what of them is chosen. */
export interface OwnImages {
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
export async function fitImages(recipe: object, { folder, size, levels, onChosen }: OwnImages): Promise<unknown> {
  const { model, dataset } = recipe as { model?: ImageModel; dataset?: { options?: { folder?: unknown } } };
  // A recipe that was made for some folder has chosen; only the folder is another.
  if (dataset?.options?.folder !== undefined && !size && levels === undefined)
    return merge(recipe, { dataset: { options: { folder: resolve(folder) } } });
  if (!model?.image) throw new ExperimentError('images: wanted a recipe with a model whose images are known, got none');
  const survey = await surveyImages(folder);
  const { height, width } = size ?? sizeOf(survey) ?? model.image;
  const image = { height, width, channels: survey.channels, levels: levels ?? survey.levels };
  const options = { folder: resolve(folder), height, width, channels: image.channels, levels: image.levels };
  const labels: { labels?: 'folders' } = model.classes === undefined ? {} : { labels: 'folders' };
  const { classes } = labels.labels ? await openDataset('image-folder', { ...options, ...labels }) : {};
  onChosen?.(inWords(survey, image, classes?.length));
  return {
    ...(merge(recipe, { model: { image, ...(classes && { classes: classes.length }) } }) as object),
    dataset: { name: 'image-folder', options: { ...options, ...labels } },
  };
}

function sizeOf({ sizes }: ImageSurvey): { height: number; width: number } | undefined {
  const [{ height, width }, ...others] = sizes;
  return others.length === 0 && height <= MOST && width <= MOST ? { height, width } : undefined;
}

function inWords(
  survey: ImageSurvey,
  image: { height: number; width: number; channels: number; levels: number },
  classes?: number,
) {
  const [{ height, width, count }, ...others] = survey.sizes;
  const found =
    others.length === 0
      ? `all of ${height}×${width}`
      : `${count} of ${height}×${width}, others of ${others.length} sizes`;
  const colors = survey.channels === 1 ? (survey.levels === 2 ? 'black and white' : 'grey') : 'colored';
  const chosen = `${image.height}×${image.width}, ${image.channels === 1 ? 'grey' : 'RGB'}, ${image.levels} levels`;
  return (
    `images: ${survey.count} files, ${found}, ${colors} in the ${survey.decoded} that were looked at; ` +
    `the model is for ${chosen}${classes === undefined ? '' : `, ${classes} classes`}`
  );
}
