import { describe, expect, it } from 'vitest';
import type { RecipeInput } from '../recipe/recipe-schema.ts';
import { readJournal } from '../run/journal.ts';
import { readRunConfig } from '../run/run-config.ts';
import { arrayBytes, inFolder, tinyRecipe } from './tiny-run.fixture.ts';
import { trainRun } from './train-run.ts';

const schedules: Record<string, RecipeInput['schedule']> = {
  'no schedule': [],
  'one that does not ask for the length': [
    { name: 'warm-up', steps: 3 },
    { name: 'exponential', decay: 0.9 },
  ],
  'a decay of its own length': [{ name: 'linear', steps: 100 }],
};

describe('a run that is to have more steps', () => {
  it.each(Object.entries(schedules))('ends as one that had them from the start, with %s', (_, schedule) =>
    inFolder(async (folder) => {
      const [out, alone] = [`${folder}/out`, `${folder}/alone`];
      await trainRun({ out: alone, recipe: tinyRecipe({ schedule, steps: 20 }) });
      await trainRun({ out, recipe: tinyRecipe({ schedule }) });
      const warnings: string[] = [];
      const onWarning = (line: string) => warnings.push(line);
      const result = await trainRun({ out, resume: true, steps: 20, onWarning });
      expect(result).toMatchObject({ step: 20, steps: 20, interrupted: false });
      expect(arrayBytes(out, 20)).toEqual(arrayBytes(alone, 20));
      expect(warnings).toEqual([]);
    }),
  );

  it('keeps record of it, and may be interrupted and told again', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: tinyRecipe({ schedule: [] }) });
      const before = await readRunConfig(out);
      const controller = new AbortController();
      const onProgress = ({ step }: { step: number }) => step === 15 && controller.abort();
      await trainRun({ out, resume: true, steps: 20, signal: controller.signal, onProgress });
      const result = await trainRun({ out, resume: true, steps: 20, recipe: tinyRecipe({ schedule: [] }) });
      expect(result).toMatchObject({ step: 20, interrupted: false });

      const config = await readRunConfig(out);
      expect(config).toMatchObject({ steps: 20, recipe: before!.recipe, extended: [{ step: 12, from: 12, to: 20 }] });
      expect(config!.hash).not.toBe(before!.hash);
      const extensions = (await readJournal(out)).filter(({ event }) => event === 'extend');
      expect(extensions).toMatchObject([{ step: 12, from: 12, to: 20, rate: { before: 1, after: 1 } }]);
    }));

  it('takes up the rate of a decay over the whole run, and says so', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: tinyRecipe({ schedule: [{ name: 'linear' }] }) });
      const warnings: string[] = [];
      await trainRun({ out, resume: true, steps: 20, onWarning: (line) => warnings.push(line) });
      expect(warnings).toEqual([
        `its schedule lasts 20 steps now: the learning rate goes on at 40.0 % of the full one, not at 0.00 %`,
      ]);
      const steps = (await readJournal(out)).filter(({ event }) => event === 'step');
      const rates = steps.map(({ learningRate }) => Number(learningRate) / 0.02);
      expect(rates[11]).toBeCloseTo(1 / 12, 10);
      expect(rates.slice(12)).toEqual([8, 7, 6, 5, 4, 3, 2, 1].map((left) => expect.closeTo(left / 20, 10)));
    }));

  it('is refused where nothing is left to learn with, and where it would be shorter', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: tinyRecipe({ schedule: [{ name: 'cosine', steps: 12 }] }) });
      await expect(trainRun({ out, resume: true, steps: 20 })).rejects.toThrow(
        /cannot go on to 20 steps: its schedule \[\{"name":"cosine","steps":12\}\] is 0 after step 12; begin a new run/,
      );
      await expect(trainRun({ out, resume: true, steps: 8 })).rejects.toThrow(
        'has a length of 12 steps: wanted at least as many, got 8',
      );
      expect((await readRunConfig(out))!.steps).toBe(12);
      const nowhere = trainRun({ out: `${out}/none`, recipe: tinyRecipe(), resume: true, steps: 20 });
      await expect(nowhere).rejects.toThrow('none holds no run to go on with');
    }));
});
