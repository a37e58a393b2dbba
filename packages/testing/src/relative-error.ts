/**
 * max |aᵢ − bᵢ| / max |bᵢ|: how far `a` is from `b`, against the largest value of `b`. Zero where both are all zeros;
 * ∞ where only `b` is, or where anything is not a number.
 */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`relativeError: wanted ${b.length} values, got ${a.length}`);
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
    largest = Math.max(largest, Math.abs(b[i]));
  }
  return difference === 0 ? 0 : difference / largest;
}
