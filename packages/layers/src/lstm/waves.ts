/**
 * The order in which an LSTM can walk over an image: cells of one wave do not need each other, so a wave is one step.
 *
 *   diagonal: cell (r, c) is in wave r + c        row: cell (r, c) is in wave r
 *
 *     0 1 2 3                                       0 0 0 0
 *     1 2 3 4      slot = row r                     1 1 1 1      slot = column c
 *     2 3 4 5                                       2 2 2 2
 *
 * A slot is the place of a cell within its wave. Only cells of the image are computed: the corners of the skewed map of the paper
 * do not exist here.
 */
export type ScanKind = 'diagonal' | 'row';

/** An inclusive range of slots. */
export type Slots = readonly [first: number, last: number];

export interface Waves {
  /** The slots that are active in each wave. */
  readonly slots: readonly Slots[];
  /** The cell r·W + c at each position of the packed order: wave by wave, slot by slot; for direction 0. */
  readonly cells: Int32Array;
}

export function waves(kind: ScanKind, height: number, width: number): Waves {
  const count = kind === 'diagonal' ? height + width - 1 : height;
  const slots = Array.from(
    { length: count },
    (_, t): Slots => (kind === 'diagonal' ? [Math.max(0, t - width + 1), Math.min(height - 1, t)] : [0, width - 1]),
  );
  const cells = slots.flatMap(([first, last], t) =>
    Array.from({ length: last - first + 1 }, (_, i) => {
      const slot = first + i;
      return kind === 'diagonal' ? slot * width + (t - slot) : t * width + slot;
    }),
  );
  return { slots, cells: Int32Array.from(cells) };
}
