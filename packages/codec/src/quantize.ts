/** What the frequencies of a symbol add up to: floats of 24 bits times it are exact. */
export const TOTAL = 2 ** 24;

/** The most levels that a sub-pixel may have. */
export const MOST_LEVELS = 2 ** 16;

/** What a sub-pixel of so many levels costs at least, in bits: all other levels have a part of the total, too. */
export const leastBits = (levels: number): number => Math.log2(TOTAL / (TOTAL - (levels - 1)));

/** How far probabilities may miss 1 in all: what rounding of float32 leaves is a hundred times less. */
const TOLERANCE = 2 ** -12;

/**
 * Probabilities as whole frequencies, each at least 1, that add up to `total` exactly:
 *
 *   f(l) = 1 + ⌊p(l) · (total − L)⌋,     what is left goes to the likeliest level, the first of them if there are several
 *
 * Products of doubles and a floor: the same on every machine. A level costs at most log₂(total / f) bits: in `TOTAL`, 24 where the model thinks
 * it impossible.
 *
 * @param pmf [L] probabilities
 * @param into [L + 1], for the result
 * @returns cumulative frequencies [L + 1]: 0, f(0), f(0) + f(1), …, total; strictly increasing
 * @throws if these are no probabilities
 */
export function quantize(
  pmf: Float32Array,
  total = TOTAL,
  into: Uint32Array<ArrayBuffer> = new Uint32Array(pmf.length + 1),
): Uint32Array<ArrayBuffer> {
  const levels = pmf.length;
  const spare = total - levels;
  let sum = 0;
  let likeliest = 0;
  for (let level = 0; level < levels; level++) {
    const frequency = 1 + Math.floor(pmf[level] * spare);
    into[level + 1] = frequency;
    sum += frequency;
    if (pmf[level] > pmf[likeliest]) likeliest = level;
    if (!(frequency >= 1)) sum = Number.NaN; // a negative probability, or none
  }
  const left = total - sum;
  const excess = Math.max(-left, left - levels);
  if (!(excess <= total * TOLERANCE && into[likeliest + 1] + left >= 1))
    throw new Error(`quantize: wanted ${levels} probabilities that add up to 1, got some that do not`);
  into[0] = 0;
  into[likeliest + 1] += left;
  for (let level = 0; level < levels; level++) into[level + 1] += into[level];
  return into;
}
