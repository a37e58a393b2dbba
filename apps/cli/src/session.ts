import { type BackendReport, useBackend } from '@pixelrnn/backends';
import type { GlobalFlags } from './flags.ts';
import { type ProgressReporter, progressReporter } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with beside its own flags. */
export interface Session {
  readonly terminal: Terminal;
  readonly progress: ProgressReporter;
  /** A line for the person who watches; never part of the result. */
  note(text: string): void;
  /** Starts the backend that the flags name and says which it became. */
  backend(): Promise<BackendReport>;
}

export function createSession(terminal: Terminal, flags: GlobalFlags): Session {
  const progress = progressReporter(terminal);
  const note = (text: string) => {
    progress.end();
    terminal.stderr(`${text}\n`);
  };
  return {
    terminal,
    progress,
    note,
    async backend() {
      const report = await useBackend(backendName(flags.backend), { threads: flags.threads });
      if (flags.verbose) note(`backend: ${report.backend}`);
      return report;
    },
  };
}

/** Names that `--backend` takes. */
export const BACKENDS = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;

type BackendName = (typeof BACKENDS)[number];

// commander has checked the choice already
const backendName = (text: string) => text as BackendName;
