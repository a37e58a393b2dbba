import type { Terminal } from './terminal.ts';

/** A terminal that remembers what was written to it: for tests, and for programs that call a command in their own process. */
export function recordingTerminal({ columns, interrupt }: { columns?: number; interrupt?: AbortSignal } = {}) {
  const text = { stdout: '', stderr: '' };
  const terminal: Terminal = {
    columns,
    stdout: (part) => {
      text.stdout += part;
    },
    stderr: (part) => {
      text.stderr += part;
    },
    interrupts: () => interrupt ?? new AbortController().signal,
  };
  return { terminal, text };
}
