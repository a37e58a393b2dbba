import type { Terminal } from './terminal.ts';

/** What the commands work with. */
export interface Installation {
  readonly terminal: Terminal;
  /** The program itself: what a worker process is started from, and what `bundle` packs. */
  readonly program: string;
  /** The folder that holds `peers/`. */
  readonly home: string;
}
