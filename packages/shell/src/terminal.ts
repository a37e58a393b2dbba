/** Where a command writes: handed in, so that tests run commands in their own process. */
export interface Terminal {
  /** Results. */
  stdout(text: string): void;
  /** Progress, notes and errors. */
  stderr(text: string): void;
  /** Columns of the terminal that stderr is; undefined where it is a file or a pipe. */
  readonly columns?: number;
  /**
   * From now on an interrupt (Ctrl-C) aborts the signal, so that the command ends in order; a second one ends the process.
   * Commands that do not ask for it are ended by the first.
   */
  interrupts(): AbortSignal;
}

const INTERRUPTS = ['SIGINT', 'SIGTERM'] as const;

/** The terminal of this process: what is written to a pipe that nobody reads any more is dropped. */
export function processTerminal(): Terminal {
  // Readers such as `head` close the pipe when they have enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  // Without its progress and notes a command still does what it was started for.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    columns: process.stderr.isTTY ? process.stderr.columns : undefined,
    interrupts() {
      const controller = new AbortController();
      const abort = () => {
        for (const name of INTERRUPTS) process.off(name, abort);
        controller.abort();
      };
      for (const name of INTERRUPTS) process.on(name, abort);
      return controller.signal;
    },
  };
}
