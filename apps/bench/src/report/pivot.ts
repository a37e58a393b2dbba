import type { Row } from '../results/row.ts';
import { digits, markdownTable, orDash } from './markdown.ts';

/** Where a time was taken: `wasm`, `tensorflow ×2`. */
export const placeOf = ({ backend, threads }: Row): string => (threads > 1 ? `${backend} ×${threads}` : backend);

/** One line a task, one column a place, each with the median and half the distance of the quartiles. */
export function timesByPlace(rows: readonly Row[]): string {
  const places = sortPlaces([...new Set(rows.map(placeOf))]);
  const names = [...new Set(rows.map(nameOf))];
  const cells = names.map((name) => [
    name,
    ...places.map((place) => {
      const row = rows.find((candidate) => nameOf(candidate) === name && placeOf(candidate) === place);
      return row ? timeWithSpread(row) : '–';
    }),
  ]);
  return markdownTable(['', ...places.map((place) => `${place}, ms`)], cells);
}

/** Tasks of other batch sizes than the papers' 16 say so. */
export const nameOf = ({ preset, batch }: Row): string => (batch === 16 ? preset : `${preset}, batch ${batch}`);

export const timeWithSpread = ({ medianMs, q1Ms, q3Ms }: Row): string =>
  `${digits(medianMs)} ± ${digits((q3Ms - q1Ms) / 2)}`;

/** Ours first, the rival last, fewer threads before more. */
export function sortPlaces(places: readonly string[]): string[] {
  const rank = (place: string) => (place.startsWith('torch') ? 1 : 0);
  return [...places].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** How many times longer PyTorch takes, for each training step that both did on as many threads. */
export function againstTorch(rows: readonly Row[]): string {
  const lines = rows
    .filter(({ backend }) => backend !== 'torch')
    .flatMap((ours) => {
      const theirs = rows.find(
        (row) => row.backend === 'torch' && nameOf(row) === nameOf(ours) && row.threads === ours.threads,
      );
      if (!theirs) return [];
      const ratio = orDash(theirs.medianMs / ours.medianMs);
      const ofMinima = orDash(theirs.minMs / ours.minMs);
      return [[nameOf(ours), placeOf(ours), timeWithSpread(ours), timeWithSpread(theirs), ratio, ofMinima]];
    });
  const header = ['', 'backend', 'ours, ms', 'PyTorch, ms', 'PyTorch / ours', 'of the minima'];
  return lines.length > 0 ? markdownTable(header, lines) : '';
}
