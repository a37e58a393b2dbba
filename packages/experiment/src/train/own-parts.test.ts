import { digits } from '@pixelrnn/data';
import { adam, type Optimizer, registerOptimizer, registerSchedule } from '@pixelrnn/trainer';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../recipe/parse-recipe.ts';
import { evaluateRun } from '../run/evaluate-run.ts';
import { openRun } from '../run/open-run.ts';
import { readRunConfig } from '../run/run-config.ts';
import { arrayBytes, inFolder, tinyRecipe } from './tiny-run.fixture.ts';
import { trainRun } from './train-run.ts';

/** Adam under another name, with one option. */
function own({ rate = 0.02, ...rest }: { rate?: number }): Optimizer {
  if (Object.keys(rest).length > 0) throw new Error(`own: wanted only rate, got ${Object.keys(rest)}`);
  return { ...adam({ learningRate: rate }), name: 'own', config: { rate } };
}
registerOptimizer('own', own);
registerSchedule(
  'every-other',
  ({ low }) =>
    (step) =>
      step % 2 === 0 ? 1 : Number(low),
);

const { dataset: _, ...withoutData } = tinyRecipe();
const known = digits({ binarize: 'threshold' });
const mine = { ...known, name: 'mine', config: { ...known.config, name: 'mine' } };
const stopAt5 = () => {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress: ({ step }: { step: number }) => step === 5 && controller.abort(),
  };
};

describe('what a run takes of the user', () => {
  it('is a registered optimizer and schedule, with their options, from config.json when it goes on', () =>
    inFolder(async (folder) => {
      const [out, alone] = [`${folder}/out`, `${folder}/alone`];
      const recipe = tinyRecipe({ optimizer: { name: 'own' }, schedule: [{ name: 'every-other', low: 0.5 }] });
      await trainRun({ out: alone, recipe });
      await trainRun({ out, recipe, ...stopAt5() });
      expect((await readRunConfig(out))!.recipe).toMatchObject({
        optimizer: { name: 'own', rate: 0.02 },
        schedule: [{ name: 'every-other', low: 0.5 }],
      });
      await trainRun({ out, resume: true, recipe });
      expect(arrayBytes(out, 12)).toEqual(arrayBytes(alone, 12));
    }));

  it('is refused in one line where it is not known or refuses its options', () => {
    const parse = (change: object) => parseRecipe({ ...withoutData, ...change }, 'my.json');
    expect(() => parse({ optimizer: { name: 'sgd' } })).toThrow(
      /^my\.json: optimizer\.name: wanted one of adam, adamw, rmsprop, own, got "sgd" \(registerOptimizer adds to them\)$/,
    );
    expect(() => parse({ optimizer: { name: 'own', lr: 1 } })).toThrow(
      'my.json: optimizer: own: wanted only rate, got lr',
    );
    expect(() => parse({ schedule: [{ name: 'stairs' }] })).toThrow(
      /^my\.json: schedule\.0\.name: wanted one of constant, .*, every-other, got "stairs" \(registerSchedule adds to them\)$/,
    );
  });

  it('is a data set of its own, handed in', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: parseRecipe(withoutData), dataset: mine, ...stopAt5() });
      const config = await readRunConfig(out);
      expect(config!.recipe.dataset).toEqual({ name: 'mine', options: {} });
      expect(config!.dataset).toMatchObject({ binarize: 'threshold' });
      await expect(trainRun({ out, resume: true })).rejects.toThrow(/got "mine"/);
      await expect(trainRun({ out, resume: true, dataset: digits() })).rejects.toThrow(
        'recipe: dataset: wanted mine, but digits was handed in',
      );
      const other = { ...digits({ binarize: 'none' }), name: 'mine', image: mine.image };
      await expect(trainRun({ out, resume: true, dataset: other })).rejects.toThrow('was begun on other data');
      await trainRun({ out, resume: true, dataset: mine, recipe: parseRecipe(withoutData) });
      expect((await evaluateRun(out, { split: 'test', limit: 10, dataset: mine })).dataset).toMatchObject({
        name: 'mine',
      });
      expect((await openRun(out)).state.step).toBeGreaterThan(0);
    }));

  it('is some data set', () =>
    inFolder(async (out) => {
      await expect(trainRun({ out, recipe: parseRecipe(withoutData) })).rejects.toThrow(
        'recipe: dataset: wanted its name and options, or a data set handed in, got neither',
      );
    }));
});
