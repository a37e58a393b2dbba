import type { Terminal } from './terminal.ts';

/** A terminal that remembers what was written to it: for tests, and for programs that call a command in their own process. */
export function recordingTerminal({ columns, interrupt }: { columns?: number; interrupt?: AbortSignal } = {}) {
  const parts: Uint8Array[] = [];
  let stderr = '';
  const terminal: Terminal = {
    columns,
    stdout: (part) => void parts.push(Buffer.from(part)),
    stderr: (text) => {
      stderr += text;
    },
    interrupts: () => interrupt ?? new AbortController().signal,
  };
  const text = {
    get stdout() {
      return Buffer.concat(parts).toString();
    },
    get stderr() {
      return stderr;
    },
  };
  return { terminal, text, bytes: () => Buffer.concat(parts) };
}
