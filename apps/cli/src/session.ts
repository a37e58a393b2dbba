import { BACKENDS, type BackendName, type BackendReport, useBackend } from '@pixelrnn/backends';
import type { GlobalFlags } from './flags.ts';
import { type ProgressReporter, progressReporter } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Names that `--backend` takes. */
export const BACKEND_CHOICES = ['auto', ...BACKENDS] as const;

/** What a command works with beside its own flags. */
export interface Session {
  readonly progress: ProgressReporter;
  /** A line for the person who watches; never part of the result. */
  note(text: string): void;
  /** From now on an interrupt aborts this signal, and says so, instead of ending the process. */
  interrupts(): AbortSignal;
  /** Starts the backend that the flags name; `auto` is the fastest here, or what the command says (`cpu` where little is computed). */
  backend(auto?: BackendName): Promise<BackendReport>;
}

/** The session of one command on a terminal. */
export function createSession(terminal: Terminal, { backend, threads, verbose }: GlobalFlags): Session {
  const progress = progressReporter(terminal);
  const note = (text: string) => {
    progress.end();
    terminal.stderr(`${text}\n`);
  };
  return {
    progress,
    note,
    interrupts() {
      const signal = terminal.interrupts();
      signal.addEventListener('abort', () => note('interrupted: finishing the step; once more ends at once'), {
        once: true,
      });
      return signal;
    },
    async backend(auto) {
      const report = await useBackend(backend === 'auto' && auto ? auto : backend, { threads });
      if (verbose) for (const line of describeAttempts(report)) note(line);
      return report;
    },
  };
}

/** Lines for each backend that was tried: what started and with which kernels, or why it did not. */
export const describeAttempts = ({ tried }: BackendReport): string[] =>
  tried.flatMap(({ name, ok, reason, version, detail, notFused, fused = [], absent = {} }) => {
    const indent = ' '.repeat(12);
    if (!ok) return [`${name.padEnd(10)}  not started: ${reason}`];
    const started = [`started, version ${version}`, detail, notFused && `no fused kernels: ${notFused}`];
    return [
      `${name.padEnd(10)}  ${started.filter(Boolean).join(', ')}`,
      ...(fused.length > 0 ? [`${indent}fused kernels: ${fused.join(', ')}`] : []),
      ...Object.entries(absent).map(([kernel, why]) => `${indent}without ${kernel}: ${why}`),
    ];
  });
