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

/** The known word that is nearest to `word`. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  return [...known].sort((a, b) => editDistance(word, a) - editDistance(word, b))[0];
}
