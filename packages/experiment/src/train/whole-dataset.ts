import { type BadImage, DataOptionError, type Dataset } from '@pixelrnn/data';
import { ExperimentError, OptionError } from '../experiment-error.ts';
import { withLeftOut } from '../recipe/image-options.ts';
import type { RunRecipe } from '../recipe/run-recipe.ts';
import { type DataSource, openRecipeDataset } from './session.ts';

/** Images to train without: by their paths in the data set, or all that cannot be read. */
export type LeaveOut = readonly string[] | 'bad';

/** What {@link openWholeDataset} opens, and whom it tells. */
export interface WholeDatasetOptions extends DataSource {
  readonly leaveOut?: LeaveOut;
  readonly signal?: AbortSignal;
  readonly onChecked?: (done: number, total: number) => void;
  /** One line for each image that is left out. */
  readonly onWarning?: (line: string) => void;
}

/** How many bad images a message names. */
const NAMED = 8;

/**
 * Opens the data of a recipe and sees that all images can be read, before a step is spent on some of them.
 * @returns the data, and the recipe that names what is left out
 * @throws ExperimentError naming all images that cannot be read; OptionError where the data have none to leave out
 */
export async function openWholeDataset(
  recipe: RunRecipe,
  { leaveOut, ...options }: WholeDatasetOptions,
): Promise<{ dataset: Dataset; recipe: RunRecipe }> {
  if (leaveOut !== undefined && options.dataset)
    throw new OptionError('leaveOut', 'wanted a data set that is known by name, but one was handed in');
  const asked = Array.isArray(leaveOut) ? withLeftOut(recipe, leaveOut) : recipe;
  const dataset = await openRecipeDataset(asked, options).catch((error: unknown) => {
    const isRefused = asked !== recipe && error instanceof DataOptionError && error.option === 'leaveOut';
    throw isRefused ? nothingToLeaveOut(recipe.dataset.name, error) : error;
  });
  if (leaveOut === 'bad' && !dataset.badImages) throw nothingToLeaveOut(dataset.name);
  const bad = await badImagesOf(dataset, leaveOut === 'bad', options);
  if (bad.length === 0) return { dataset, recipe: asked };
  if (leaveOut !== 'bad')
    throw new ExperimentError(`${dataset.name}: ${inWords(bad)}; to train without them: --leave-out bad`);
  const without = withLeftOut(
    asked,
    bad.map(({ path }) => path),
  );
  for (const image of bad) options.onWarning?.(`${dataset.name}: left out: ${line(image)}`);
  return { dataset: await openRecipeDataset(without, options), recipe: without };
}

const nothingToLeaveOut = (name: string, cause?: unknown): OptionError =>
  new OptionError('leaveOut', `${name} is read as a whole: wanted nothing to leave out`, { cause });

const badImagesOf = async (
  dataset: Dataset,
  thorough: boolean,
  { signal, onChecked }: WholeDatasetOptions,
): Promise<readonly BadImage[]> => (await dataset.badImages?.({ thorough, signal, onProgress: onChecked })) ?? [];

function inWords(bad: readonly BadImage[]): string {
  const more = bad.length > NAMED ? [`${bad.length - NAMED} more`] : [];
  return `${bad.length} of its images cannot be read: ${[...bad.slice(0, NAMED).map(line), ...more].join('; ')}`;
}

const line = ({ path, reason }: BadImage): string => `${path}: ${reason}`;
