import { quantile } from '@pixelrnn/experiment';

/** What is reported of repeated timings: medians with spread, since a machine is never quite idle. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  /** First and third quartile. */
  readonly q1: number;
  readonly q3: number;
  readonly count: number;
}

/** @throws if there is no value */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error('summarize: wanted at least one value, got none');
  return {
    median: quantile(values, 0.5),
    min: Math.min(...values),
    q1: quantile(values, 0.25),
    q3: quantile(values, 0.75),
    count: values.length,
  };
}
