import { parseDegradation } from '@pixelrnn/data';
import { datasetNames } from '@pixelrnn/data/node';
import { messageOf } from '@pixelrnn/files';
import { createOptimizer, createSchedule, optimizerNames, scheduleNames } from '@pixelrnn/trainer';
import { ExperimentError } from '../experiment-error.ts';
import type { Recipe } from './recipe-schema.ts';

/** Longer than any run: schedules that last as long as the run stay at their beginning. */
export const ENDLESS = 1e9;

/**
 * The recipe with all options of its optimizer, as that knows them.
 * @throws ExperimentError if an optimizer, a schedule or the data set of a recipe is registered under no such name, or refuses its
 * options, or if what it restores is no degradation
 */
export function checkKnown(recipe: Recipe, source: string): Recipe {
  const { optimizer, schedule, dataset, restore } = recipe;
  checkName(`${source}: optimizer`, optimizer, optimizerNames(), 'registerOptimizer');
  const { config } = checkOptions(`${source}: optimizer`, () => createOptimizer(optimizer));
  for (const [i, one] of schedule.entries()) {
    checkName(`${source}: schedule.${i}`, one, scheduleNames(), 'registerSchedule');
    checkOptions(`${source}: schedule.${i}`, () => createSchedule([one], { steps: ENDLESS }));
  }
  if (dataset) checkName(`${source}: dataset`, dataset, datasetNames(), 'registerDataset');
  if (restore !== undefined) checkOptions(`${source}: restore`, () => parseRestored(restore));
  return { ...recipe, optimizer: { name: optimizer.name, ...config } };
}

/** In a recipe, a part may be a file as well; it has been written out before, if it is one. */
function parseRestored(restore: string): void {
  try {
    parseDegradation(restore);
  } catch (error) {
    throw restore.startsWith('mask:') ? new Error(`${messageOf(error)}; or mask:file.png, got "${restore}"`) : error;
  }
}

function checkName(
  where: string,
  { name }: { readonly name: string },
  known: readonly string[],
  register: string,
): void {
  if (!known.includes(name))
    throw new ExperimentError(
      `${where}.name: wanted one of ${known.join(', ')}, got ${JSON.stringify(name)} (${register} adds to them)`,
    );
}

function checkOptions<T>(where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new ExperimentError(`${where}: ${messageOf(error)}`, { cause: error });
  }
}
