// What the journal of a run says of its memory.

/** How much the resident memory of the last steps may differ from that of the early ones. */
export const TOLERANCE = 0.03;

/** Steps of each of the two windows; the first begins after as many. */
const WINDOW = 500;

/**
 * Judges the steps of a journal: the number of tensors must be the same at all of them, and the median resident memory of the last 500
 * within 3 % of that of steps 500 to 1000.
 */
export function judgeMemory(steps) {
  const last = steps.at(-1)?.step ?? 0;
  if (last < 3 * WINDOW) throw new Error(`judgeMemory: wanted at least ${3 * WINDOW} steps, got ${last}`);
  const resident = (from, to) =>
    median(steps.filter(({ step }) => step > from && step <= to).map(({ memory }) => memory.residentMiB));
  const counts = new Set(steps.map(({ memory }) => memory.tensors));
  const early = resident(WINDOW, 2 * WINDOW);
  const late = resident(last - WINDOW, last);
  const change = late / early - 1;
  const isSteady = counts.size === 1 && Math.abs(change) <= TOLERANCE;
  return { tensors: [...counts].sort((a, b) => a - b), early, late, change, isSteady };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}
