import type { ReportedTerms } from '@pixelrnn/trainer';
import type { BatchSums } from '../../checkpoint/checkpoint.ts';
import type { Emit, RunCallback } from './callback.ts';

const NO_BATCHES: BatchSums = { nats: 0, bitsPerDim: 0, count: 0 };

/** Adds up the batches, and tells their mean now and then: single ones scatter, and a line for each would fill the journal. */
export function summaries(options: {
  readonly isDue: (step: number) => boolean;
  readonly recent?: BatchSums;
  readonly emit: Emit;
}): RunCallback & {
  /** Not told yet. */
  recent(): BatchSums;
} {
  let { recent = NO_BATCHES } = options;
  return {
    recent: () => recent,
    async onStep({ step, epoch, nats, bitsPerDim, bound, gradientNorm, terms, learningRate, imagesPerSecond }) {
      const { count, ...sums } = {
        nats: recent.nats + nats,
        bitsPerDim: recent.bitsPerDim + bitsPerDim,
        ...(terms && { terms: mapTerms(terms, (value, name, i) => value + (recent.terms?.[name][i] ?? 0)) }),
        count: recent.count + 1,
      };
      recent = { ...sums, count };
      if (!options.isDue(step)) return;
      recent = NO_BATCHES;
      const means = {
        nats: sums.nats / count,
        bitsPerDim: sums.bitsPerDim / count,
        ...(sums.terms && { terms: mapTerms(sums.terms, (sum) => sum / count) }),
      };
      await options.emit('onSummary', { step, epoch, ...means, bound, gradientNorm, learningRate, imagesPerSecond });
    },
  };
}

const mapTerms = (
  terms: ReportedTerms,
  change: (value: number, name: string, index: number) => number,
): ReportedTerms =>
  Object.fromEntries(
    Object.entries(terms).map(([name, values]) => [name, values.map((value, i) => change(value, name, i))]),
  );
