/** What was kept of weighted candidates. */
export interface Resampled {
  /** Numbers of candidates, in their order; one that weighs much stands in it several times. */
  readonly chosen: readonly number[];
  /** (Σ w)² / Σ w²: as many equal weights would do. */
  readonly effective: number;
}

/**
 * Systematic resampling (Kitagawa 1996): `count` of the candidates, of which each is chosen count · w / Σ w times in expectation, rounded up or down.
 *
 * @param nats −log w of each candidate
 * @param uniform one uniform number
 */
export function resample(nats: Float64Array, count: number, uniform: number): Resampled {
  const least = nats.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const weights = nats.map((value) => Math.exp(least - value));
  const total = weights.reduce((a, b) => a + b, 0);
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  let [candidate, before] = [0, 0];
  const chosen = Array.from({ length: count }, (_, i) => {
    const at = ((i + uniform) / count) * total;
    while (candidate < weights.length - 1 && before + weights[candidate] <= at) before += weights[candidate++];
    return candidate;
  });
  return { chosen, effective: (total * total) / squares };
}
