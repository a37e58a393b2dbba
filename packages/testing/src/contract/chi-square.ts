/** Cells are pooled until they are expected at least this often, as usual for Pearson's test. */
const MIN_EXPECTED = 5;

/**
 * Pearson's χ² of observed counts against probabilities, as a standard normal score by Wilson and Hilferty (PNAS 17, 1931):
 * z = ((χ²/k)^⅓ − (1 − 2/9k)) / √(2/9k) for k degrees of freedom. Above 5 once in three million if the probabilities are right.
 */
export function chiSquareScore(counts: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  const cells = pooled(counts, probabilities, total);
  if (cells.length < 2)
    throw new Error(`chiSquareScore: wanted two cells expected ${MIN_EXPECTED} times, got ${cells.length}`);
  const chiSquare = cells.reduce((sum, { count, expected }) => sum + (count - expected) ** 2 / expected, 0);
  const spread = 2 / (9 * (cells.length - 1));
  return (Math.cbrt(chiSquare / (cells.length - 1)) - (1 - spread)) / Math.sqrt(spread);
}

/** The cells in order of their probability, rare ones together. */
function pooled(counts: ArrayLike<number>, probabilities: ArrayLike<number>, total: number) {
  const order = Array.from(probabilities, (_, i) => i).sort((a, b) => probabilities[a] - probabilities[b]);
  const cells: { count: number; expected: number }[] = [];
  let open = { count: 0, expected: 0 };
  for (const i of order) {
    open = { count: open.count + counts[i], expected: open.expected + total * probabilities[i] };
    if (open.expected < MIN_EXPECTED) continue;
    cells.push(open);
    open = { count: 0, expected: 0 };
  }
  const last = cells.pop();
  return last ? [...cells, { count: last.count + open.count, expected: last.expected + open.expected }] : cells;
}
