import type { z } from 'zod';
import { ExperimentError } from '../experiment-error.ts';
import { checkKnown } from './check-known.ts';
import { type Recipe, recipeSchema } from './recipe-schema.ts';

const LENGTHS = ['steps', 'epochs', 'minutes'] as const;

/**
 * Checks a recipe and fills in the defaults.
 * @param source what it is called in errors
 * @throws ExperimentError naming the first thing that is wrong, or not known here
 */
export function parseRecipe(input: unknown, source = 'recipe'): Recipe {
  return checkKnown(parseStoredRecipe(input, source), source);
}

/** The same of a recipe of a run, whose optimizer or data may be registered only where it is trained: to draw from it takes neither. */
export function parseStoredRecipe(input: unknown, source: string): Recipe {
  const { data, error } = recipeSchema.safeParse(input, { reportInput: true });
  if (error) throw new ExperimentError(`${source}: ${inWords(error.issues[0])}`);
  const lengths = LENGTHS.filter((key) => data[key] !== undefined);
  if (lengths.length !== 1)
    throw new ExperimentError(
      `${source}: wanted one of steps, epochs and minutes, got ${lengths.join(' and ') || 'none'}`,
    );
  if (data.batchSize % data.shards !== 0)
    throw new ExperimentError(
      `${source}: shards: wanted a divisor of the batchSize ${data.batchSize}, got ${data.shards}`,
    );
  return data;
}

function inWords(issue: z.core.$ZodIssue): string {
  const where = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  if (issue.code === 'unrecognized_keys') return `${where}${issue.message}`;
  const got = issue.input === undefined ? '' : `, got ${JSON.stringify(issue.input)}`;
  return `${where}${issue.message.replace(/^Invalid input: expected/, 'wanted').replace(/, received undefined$/, ', got nothing')}${got}`;
}
