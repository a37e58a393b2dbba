import { EXIT } from './exit.ts';

/** Where a command writes: handed in, so that tests run commands in their own process. */
export interface Terminal {
  /** Results: text, or the bytes of a file. */
  stdout(part: string | Uint8Array): void;
  /** Progress, notes and errors. */
  stderr(text: string): void;
  /** Columns of the terminal that stderr is; undefined where it is a file or a pipe. */
  readonly columns?: number;
  /**
   * From now on an interrupt (Ctrl-C, SIGTERM, a terminal that is closed; SIGUSR1, which `mpirun` and Slurm hand on) aborts the signal, so that the
   * command ends in order; a second Ctrl-C or SIGTERM ends the process. Commands that do not ask for it are ended by the first.
   */
  interrupts(): AbortSignal;
}

/** The second of these ends the process. */
const REQUESTS = ['SIGINT', 'SIGTERM'] as const;
/** When a terminal is closed, SIGHUP comes from the shell and from the system, and SIGUSR1 may come from several who ask for the same: the second is no request. */
const FORERUNNERS = ['SIGHUP', 'SIGUSR1'] as const;

/** What writing fails with when nobody reads any more: a closed pipe, a closed terminal. */
const isUnread = ({ code }: NodeJS.ErrnoException): boolean => code === 'EPIPE' || code === 'EIO';

/** The terminal of this process: what is written when nobody reads any more is dropped. */
export function processTerminal(): Terminal {
  // Readers such as `head` close the pipe when they have enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isUnread(error)) process.exit();
    process.stderr.write(`stdout cannot be written: ${error.message}\n`);
    process.exit(EXIT.failed);
  });
  // Without its progress and notes a command still does what it was started for.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (!isUnread(error)) throw error;
  });
  return {
    stdout: (part) => void process.stdout.write(part),
    stderr: (text) => void process.stderr.write(text),
    columns: process.stderr.isTTY ? process.stderr.columns : undefined,
    interrupts() {
      const controller = new AbortController();
      const abort = () => {
        for (const name of REQUESTS) process.off(name, abort);
        controller.abort();
      };
      for (const name of [...REQUESTS, ...FORERUNNERS]) process.on(name, abort);
      return controller.signal;
    },
  };
}
