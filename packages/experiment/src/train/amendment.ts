import { imagesPath } from '../recipe/image-options.ts';
import type { RunRecipe } from '../recipe/run-recipe.ts';
import { datasetConditions } from '../run/conditions.ts';
import { type Amendment, configHash, type RunConfig, writeRunConfig } from '../run/run-config.ts';
import type { Session } from './session.ts';

/** Images that the recipe of a session leaves out and the run did not. */
export function leftOutSince({ recipe: { dataset } }: Pick<RunConfig, 'recipe'>, now: RunRecipe): string[] {
  const before = pathsOf(dataset.options.leaveOut);
  return pathsOf(now.dataset.options.leaveOut).filter((path) => !before.includes(path));
}

const pathsOf = (leaveOut: unknown): string[] => (Array.isArray(leaveOut) ? leaveOut.map(String) : []);

/**
 * Writes into the config of a run where its images are found now, and which of them are left out from here on. The order of the others
 * is drawn anew for their number, from the step on that is next.
 * @param step steps that are done
 * @returns undefined if nothing has changed
 */
export async function amendRun(
  { folder, recipe, dataset, files }: Session,
  config: RunConfig,
  step: number,
): Promise<{ config: RunConfig; amendment: Amendment } | undefined> {
  const leftOut = leftOutSince(config, recipe);
  const images = imagesPath(recipe.dataset);
  const isMoved = images !== imagesPath(config.recipe.dataset);
  if (!isMoved && leftOut.length === 0) return undefined;
  const amendment: Amendment = {
    step,
    ...(isMoved && { folder: String(images) }),
    ...(leftOut.length > 0 && { leftOut }),
    time: new Date().toISOString(),
  };
  const amended: RunConfig = {
    ...config,
    hash: configHash({ ...config, recipe }),
    recipe,
    dataset: datasetConditions(dataset),
    amended: [...(config.amended ?? []), amendment],
  };
  await writeRunConfig(folder, amended, files);
  return { config: amended, amendment };
}
