import type { CommandDefinition, SharedFlags } from '@pixelrnn/shell';
import { type LocalOptions, localContestant } from '../worker/local-contestant.ts';
import { serve } from '../worker/serve.ts';

/** `pixelrnn-bench worker`: started by `run`, one process for each backend and number of threads. Not for people. */
export const workerCommand: CommandDefinition<SharedFlags> = {
  arguments: '<options>',
  async run({ print }, _, options) {
    await serve(localContestant(JSON.parse(options) as LocalOptions), process.stdin, print);
    return undefined;
  },
};
