import { describe, expect, it } from 'vitest';
import { readJournal } from '../../run/journal.ts';
import { inFolder, tinyRecipe } from '../tiny-run.fixture.ts';
import { trainRun } from '../train-run.ts';
import type { RunValidation } from './callback.ts';
import { earlyStopping } from './early-stopping.ts';

/** The step at which validations of these nats end a run, and why. */
function stopOf(nats: number[], options: Parameters<typeof earlyStopping>[0], callback = earlyStopping(options)) {
  for (const [i, each] of nats.entries()) {
    let reason: string | undefined;
    const stop = (why: string) => {
      reason = why;
    };
    const event = { step: i + 1, nats: each } as RunValidation;
    callback.onValidation?.(event, { stop, signal: new AbortController().signal });
    if (reason) return { step: i + 1, reason };
  }
  return undefined;
}

describe('early stopping', () => {
  it('waits for so many validations in a row', () => {
    const options = { patience: 2, minDelta: 0 };
    expect(stopOf([5, 4, 4.5, 3, 3.5, 3, 2], options)).toEqual({
      step: 6,
      reason: 'early stopping: none of 2 validations was better than the 3.00 nats of step 4',
    });
    expect(stopOf([5, 4, 4.5, 3, 3.5, 2.9], options)).toBeUndefined();
  });

  it('wants them better by more than a little, which small steps may add up to', () => {
    expect(stopOf([5, 4.6, 4.5], { patience: 2, minDelta: 0.5 })).toMatchObject({ step: 3 });
    expect(stopOf([5, 4.6, 4.4, 4.1, 3.8], { patience: 2, minDelta: 0.5 })).toBeUndefined();
  });

  it('says so of bounds', () => {
    const { onValidation } = earlyStopping({ patience: 1, minDelta: 0 });
    const reasons: string[] = [];
    const stop = (why: string) => void reasons.push(why);
    for (const step of [1, 2])
      onValidation?.({ step, nats: 3, bound: 'upper' } as RunValidation, {
        stop,
        signal: new AbortController().signal,
      });
    expect(reasons).toEqual([
      'early stopping: none of 1 validations was better than the 3.00 nats (upper bound) of step 1',
    ]);
  });

  it('goes on counting from its state', () => {
    const options = { patience: 3, minDelta: 0 };
    const first = earlyStopping(options);
    stopOf([5, 6, 6], options, first);
    const second = earlyStopping(options);
    second.restore?.(JSON.parse(JSON.stringify(first.state?.())));
    expect(stopOf([5.5], options, second)).toMatchObject({ step: 1 });
  });

  it('has a state before the first validation', () => {
    const options = { patience: 1, minDelta: 0 };
    const second = earlyStopping(options);
    second.restore?.(JSON.parse(JSON.stringify(earlyStopping(options).state?.())));
    expect(stopOf([5], options, second)).toBeUndefined();
  });

  it('ends a run, says so in the journal, and keeps to it after an interrupt', () =>
    inFolder(async (out) => {
      const recipe = tinyRecipe({ earlyStopping: { patience: 2, minDelta: 1000 } });
      const controller = new AbortController();
      const onProgress = ({ step }: { step: number }) => step === 10 && controller.abort();
      await trainRun({ out, recipe, signal: controller.signal, onProgress });
      const { step, stopped, interrupted } = await trainRun({ out, resume: true });
      expect({ step, interrupted }).toEqual({ step: 12, interrupted: false });
      expect(stopped).toMatch(/^early stopping: none of 2 validations was better .* by more than 1000$/);
      expect((await readJournal(out)).at(-1)).toMatchObject({ event: 'end', stopped });
    }));
});
