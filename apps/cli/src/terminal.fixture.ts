import { run } from './run.ts';
import type { Terminal } from './terminal.ts';

/** What a command line left behind. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. */
export async function runHere(args: readonly string[], { interrupt }: { interrupt?: AbortSignal } = {}): Promise<Ran> {
  const { terminal, text } = recordingTerminal({ interrupt });
  const code = await run(args, terminal);
  return { code, ...text };
}

/** A terminal that remembers. */
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

/** The JSON object on the last line of stdout. */
export const lastJson = ({ stdout }: Ran): Record<string, unknown> => JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
