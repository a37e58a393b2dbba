import { type ProgressReporter, progressReporter } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** What every command works with beside its flags. A program may hand its commands more. */
export interface CommandContext {
  readonly progress: ProgressReporter;
  /** A line for the person who watches; never part of the result. */
  note(text: string): void;
  /** A part of a result that comes in parts, when it is there: a line, or bytes as they are. */
  print(part: string | Uint8Array): void;
  /** From now on an interrupt aborts this signal, and says so, instead of ending the process. */
  interrupts(): AbortSignal;
}

/** The context of one command on a terminal. */
export function commandContext(terminal: Terminal): CommandContext {
  const progress = progressReporter(terminal);
  const note = (text: string) => {
    progress.end();
    terminal.stderr(`${text}\n`);
  };
  return {
    progress,
    note,
    print(part) {
      progress.end();
      terminal.stdout(typeof part === 'string' ? `${part}\n` : part);
    },
    interrupts() {
      const signal = terminal.interrupts();
      const tell = () => this.note('interrupted: ending in order; once more ends at once');
      signal.addEventListener('abort', tell, { once: true });
      return signal;
    },
  };
}
