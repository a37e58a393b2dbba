import { run } from './run.ts';

/** Runs a command line in this process; `program` is what would be started as a worker. */
export async function runHere(args: readonly string[], program = '/no/such/program.js') {
  const text = { stdout: '', stderr: '' };
  const terminal = {
    stdout: (more: string) => {
      text.stdout += more;
    },
    stderr: (more: string) => {
      text.stderr += more;
    },
  };
  const code = await run(args, { terminal, program, home: import.meta.dirname });
  return { code, ...text };
}
