/**
 * Draws a level by inversion: the first level whose cumulative probability exceeds u. What rounding leaves of Σp goes to the last level
 * that is possible at all, so that a level of probability 0 is never drawn.
 * @param pmf [L] probabilities
 * @param u uniform on [0, 1)
 */
export function drawLevel(pmf: Float32Array, u: number): number {
  let cumulative = 0;
  for (let level = 0; level < pmf.length; level++) {
    cumulative += pmf[level];
    if (u < cumulative) return level;
  }
  let last = pmf.length - 1;
  while (last > 0 && pmf[last] === 0) last--;
  return last;
}

/** How far u lies from the nearest threshold between two levels: a draw within rounding of it may differ between two ways of computing. */
export function distanceToThreshold(pmf: Float32Array, u: number): number {
  let cumulative = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (let level = 0; level < pmf.length - 1; level++) {
    cumulative += pmf[level];
    distance = Math.min(distance, Math.abs(u - cumulative));
  }
  return distance;
}
