import { boundInWords } from '../../bound-in-words.ts';
import type { EarlyStopping } from '../../recipe/recipe-schema.ts';
import type { RunCallback } from './callback.ts';

/** The name of its state in checkpoints. */
export const EARLY_STOPPING = 'early-stopping';

/**
 * Ends a run that gets no better: after `patience` validations in a row, none of which was better than the best before them by more than
 * `minDelta` nats. Small steps that add up to more than `minDelta` count as one.
 */
export function earlyStopping({ patience, minDelta }: EarlyStopping): RunCallback {
  let best: { readonly step: number; readonly nats: number } | undefined;
  let waited = 0;
  return {
    name: EARLY_STOPPING,
    onValidation({ step, nats, bound }, run) {
      if (!best || nats < best.nats - minDelta) {
        best = { step, nats };
        waited = 0;
        return;
      }
      waited++;
      const by = minDelta > 0 ? ` by more than ${minDelta}` : '';
      if (waited >= patience)
        run.stop(
          `early stopping: none of ${patience} validations was better than the ${best.nats.toFixed(2)} nats${boundInWords(bound)} of step ${best.step}${by}`,
        );
    },
    state: () => ({ waited, ...(best && { best }) }),
    restore: (state) => {
      ({ best, waited } = state as { best?: typeof best; waited: number });
    },
  };
}
