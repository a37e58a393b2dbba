import { setupTensorflow } from '@pixelrnn/backends/node';
import { UsageError } from '@pixelrnn/shell';
import { defineCommand, type GlobalFlags } from '../define-command.ts';

interface SetupFlags extends GlobalFlags {
  readonly gpu?: boolean;
  readonly force?: boolean;
}

/** `pixelrnn setup tensorflow`: installs native TensorFlow and our fused operations into the user's cache folder. */
export const setupCommand = defineCommand<SetupFlags>({
  arguments: '<what>',
  examples: ['setup tensorflow', 'setup tensorflow --gpu'],
  flags: (command) =>
    command
      .option('--gpu', 'with the CUDA libraries for NVIDIA GPUs')
      .option('--force', 'install and compile anew what is there already'),
  async run({ note }, { gpu, force }, what) {
    if (what !== 'tensorflow') throw new UsageError(`setup: wanted "tensorflow", got "${what}"`);
    const { source, tfjsNode, addon, built } = await setupTensorflow({ gpu, force, onProgress: note });
    const operations = 'path' in addon ? addon.path : `none: ${addon.absent}`;
    return {
      result: { source, tfjsNode, addon: { ...addon }, built: [...built] },
      text: `tensorflow is ready in ${tfjsNode}\nfused operations: ${operations}`,
    };
  },
});
