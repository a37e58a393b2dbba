import type { JsonObject } from '@pixelrnn/core';
import type { ReportedTerms } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import type { Recipe } from '../../recipe/recipe-schema.ts';
import type { JournalEntry } from '../../run/journal.ts';
import type { RunCallback } from './callback.ts';

/** Adds an event to the journal, with the time and the seconds of the run. */
export type WriteJournal = (entry: Omit<JournalEntry, 'time'>) => Promise<void>;

/** Writes summaries, validations and samples into the journal. */
export const journal = (
  { sampleCount, seed }: Pick<Recipe, 'sampleCount' | 'seed'>,
  write: WriteJournal,
  onWarning: (line: string) => void,
): RunCallback => ({
  onSummary: ({ step, terms, ...summary }) =>
    write({ event: 'step', step, ...summary, ...(terms && { terms: rounded(terms) }), memory: memory() }),

  async onValidation({ step, isBest: _, ...evaluation }) {
    await write({ event: 'evaluation', step, split: 'valid', ...evaluation });
    if (evaluation.warning) onWarning(`step ${step}: ${evaluation.warning}`);
  },

  onSamples: ({ step, file }) => write({ event: 'samples', step, file, count: sampleCount, seed }),
});

/** Many numbers, of which nobody reads more than some digits. */
const rounded = (terms: ReportedTerms): JsonObject =>
  Object.fromEntries(
    Object.entries(terms).map(([name, values]) => [name, values.map((value) => Number(value.toPrecision(4)))]),
  );

const memory = () => ({
  residentMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
  tensors: tf.memory().numTensors,
});
