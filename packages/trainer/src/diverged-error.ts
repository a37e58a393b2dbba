/** A likelihood that is NaN or an infinity: the parameters that it was evaluated with are of no use. */
export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError';
  /** What was not finite, in words: `−log p of image 3 is NaN`. */
  readonly found: string;

  constructor(found: string) {
    super(`evaluate: ${found}`);
    this.found = found;
  }
}

/** Training met NaN or an infinity: the state of this step is lost, the one before was good. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
  /** The step that failed, counted from 1. */
  readonly step: number;

  constructor(step: number, found: string) {
    super(`train: ${found} at step ${step}; try a lower learning rate, a longer warm-up or a smaller clip.norm`);
    this.step = step;
  }
}
