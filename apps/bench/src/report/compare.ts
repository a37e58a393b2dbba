import { keyOf, latest, type Row } from '../results/row.ts';

export interface Comparison {
  readonly task: string;
  readonly backend: string;
  readonly threads: number;
  readonly batch: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  /** before / after: above 1 is faster now. */
  readonly speedup: number;
  /** Whether the quartiles overlap: then the difference may be noise. */
  readonly withinSpread: boolean;
}

/** The latest results of two files, task by task; those that only one of them has are left out. The devices may differ. */
export function compareRows(before: readonly Row[], after: readonly Row[]): Comparison[] {
  const key = (row: Row) => keyOf({ ...row, device: '' });
  const old = new Map(latest(before).map((row) => [key(row), row]));
  return latest(after).flatMap((row) => {
    const earlier = old.get(key(row));
    if (!earlier) return [];
    const { task, backend, threads, batch } = row;
    return [
      {
        task,
        backend,
        threads,
        batch,
        beforeMs: earlier.medianMs,
        afterMs: row.medianMs,
        speedup: Number((earlier.medianMs / row.medianMs).toPrecision(4)),
        withinSpread: earlier.q1Ms <= row.q3Ms && row.q1Ms <= earlier.q3Ms,
      },
    ];
  });
}
