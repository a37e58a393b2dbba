import type { Command } from 'commander';
import type { Installation } from '../installation.ts';
import { type LocalOptions, localContestant } from '../worker/local-contestant.ts';
import { serve } from '../worker/serve.ts';

/** `pixelrnn-bench worker`: started by `run`, one process for each backend and number of threads. Not for people. */
export function addWorker(program: Command, { terminal }: Installation): void {
  program
    .command('worker', { hidden: true })
    .argument('<options>')
    .action(async (options: string) => {
      await serve(localContestant(JSON.parse(options) as LocalOptions), process.stdin, terminal.stdout);
    });
}
