import { recordingTerminal } from '@pixelrnn/shell';
import { run } from './run.ts';

/** What a command line left behind. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. */
export async function runHere(args: readonly string[], options: { interrupt?: AbortSignal } = {}): Promise<Ran> {
  const { terminal, text } = recordingTerminal(options);
  const code = await run(args, terminal);
  return { code, ...text };
}

/** The JSON object on the last line of stdout. */
export const lastJson = ({ stdout }: Ran): Record<string, unknown> => JSON.parse(stdout.trimEnd().split('\n').at(-1)!);

/** Commands that one may choose the backend of. */
const COMPUTING = ['train', 'evaluate', 'sample', 'complete', 'receptive-field', 'doctor'];

/** The words of a command line, to run on the backend that is everywhere. */
export const onCpu = (args: readonly string[]): string[] =>
  COMPUTING.includes(args[0]) && !args.includes('--backend') ? [...args, '--backend', 'cpu'] : [...args];
