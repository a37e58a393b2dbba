import { recordingTerminal } from '@pixelrnn/shell';
import { run } from './run.ts';

/** Runs a command line in this process; `program` is what would be started as a worker. */
export async function runHere(args: readonly string[], program = '/no/such/program.js') {
  const { terminal, text } = recordingTerminal();
  const code = await run(args, terminal, { program, home: import.meta.dirname });
  return { code, ...text };
}
