import { expect, it } from 'vitest';
import type { RunRecipe } from '../recipe/run-recipe.ts';
import { inFolder, tinyRecipe } from '../train/tiny-run.fixture.ts';
import { configHash, RUN_FORMAT, type RunConfig, readRunConfig, writeRunConfig } from './run-config.ts';

const configOf = (recipe: RunRecipe): RunConfig => ({
  format: RUN_FORMAT,
  hash: configHash({ recipe, steps: 12 }),
  recipe,
  steps: 12,
  dataset: {},
  parameters: 1,
  environment: {},
  created: '2026-01-01T00:00:00.000Z',
});

it('is read as it was written', () =>
  inFolder(async (run) => {
    expect(await readRunConfig(run)).toBeUndefined();
    await writeRunConfig(run, configOf(tinyRecipe()));
    expect(await readRunConfig(run)).toEqual(configOf(tinyRecipe()));
  }));

it('of an older version, without a key that the schema has got since, is read with its default', () =>
  inFolder(async (run) => {
    const { keep: _, ...older } = tinyRecipe();
    const config = configOf(older as RunRecipe);
    await writeRunConfig(run, config);
    expect(await readRunConfig(run)).toEqual({ ...config, recipe: { ...older, keep: 2 } });
  }));

it('is refused when it was changed', () =>
  inFolder(async (run) => {
    await writeRunConfig(run, { ...configOf(tinyRecipe()), steps: 13 });
    await expect(readRunConfig(run)).rejects.toThrow('was changed since the run began');
  }));
