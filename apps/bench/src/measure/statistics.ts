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
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    min: sorted[0],
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
    count: sorted.length,
  };
}

/** The value below which a share of the sorted values lies, linear between neighbours (Hyndman & Fan 1996, type 7). */
function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
