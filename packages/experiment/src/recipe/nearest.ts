/** Number of insertions, deletions and substitutions that turn one text into the other (Levenshtein 1966). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        next[j - 1] + 1,
        row[j] + 1,
        row[j - 1] + Number(a[i - 1].toLowerCase() !== b[j - 1].toLowerCase()),
      );
    row = next;
  }
  return row[b.length];
}

/** The part of the letters that may be others in a word that is still meant: more of them, and any short word is near to some other. */
const MOST_OTHERS = 1 / 3;

/** The known word that is nearest to `word`, if it is near: of the longer of both, a third of the letters may be others. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [found] = [...known].sort((a, b) => editDistance(word, a) - editDistance(word, b));
  if (found === undefined) return undefined;
  return editDistance(word, found) <= MOST_OTHERS * Math.max(word.length, found.length) ? found : undefined;
}

/** `; did you mean "learningRate"?`, or nothing where no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const found = nearest(word, known);
  return found === undefined ? '' : `; did you mean "${found}"?`;
}
