/** What the commands work with beside the terminal. */
export interface Installation {
  /** The program itself: what a worker process is started from, and what `bundle` packs. */
  readonly program: string;
  /** The folder that holds `peers/`. */
  readonly home: string;
}
