import { latest, type Row } from '../results/row.ts';
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

/** A step without fused kernels that was not asked to be one says so. */
const timeWithSpread = ({ medianMs, q1Ms, q3Ms, fused, task }: Row): string =>
  `${digits(medianMs)} ± ${digits((q3Ms - q1Ms) / 2)}${fused === false && task.startsWith('train/') ? ' (not fused)' : ''}`;

/** Ours first, the rival last, fewer threads before more. */
export function sortPlaces(places: readonly string[]): string[] {
  const rank = (place: string) => (place.startsWith('torch') ? 1 : 0);
  return [...places].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** How many times longer PyTorch takes, for each training step that both did in the same run on as many threads. */
export function againstTorch(rows: readonly Row[]): string {
  const rivals = new Map(rows.filter(({ backend }) => backend === 'torch').map((row) => [meetingOf(row), row]));
  const met = rows.filter((row) => row.backend !== 'torch' && rivals.has(meetingOf(row)));
  const lines = latest(met).map((ours) => {
    const theirs = rivals.get(meetingOf(ours))!;
    const ratio = orDash(theirs.medianMs / ours.medianMs);
    const ofMinima = orDash(theirs.minMs / ours.minMs);
    return [nameOf(ours), placeOf(ours), timeWithSpread(ours), timeWithSpread(theirs), ratio, ofMinima];
  });
  const header = ['', 'backend', 'ours, ms', 'PyTorch, ms', 'PyTorch / ours', 'of the minima'];
  return lines.length > 0 ? markdownTable(header, lines) : '';
}

/** What was measured in turns has the same date. */
const meetingOf = ({ date, task, batch, threads }: Row): string => [date, task, batch, threads].join();
