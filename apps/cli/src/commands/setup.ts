import { setupTensorflow } from '@pixelrnn/backends/node';
import { setupMpi } from '@pixelrnn/cluster';
import { UsageError } from '@pixelrnn/shell';
import { defineCommand, type GlobalFlags, type PixelrnnContext } from '../define-command.ts';

interface SetupFlags extends GlobalFlags {
  readonly gpu?: boolean;
  readonly force?: boolean;
}

/** `pixelrnn setup`: installs native TensorFlow and our fused operations, or MPI's addon, into the user's cache folder. */
export const setupCommand = defineCommand<SetupFlags>({
  arguments: '<what>',
  examples: ['setup tensorflow', 'setup tensorflow --gpu', 'setup mpi'],
  flags: (command) =>
    command
      .option('--gpu', 'TensorFlow with the CUDA libraries for NVIDIA GPUs')
      .option('--force', 'install and compile anew what is there already'),
  run(context, flags, what) {
    if (what === 'tensorflow') return tensorflow(context, flags);
    if (what !== 'mpi') throw new UsageError(`setup: wanted "tensorflow" or "mpi", got "${what}"`);
    if (flags.gpu) throw new UsageError('setup mpi: wanted no --gpu, since it is the same with and without one');
    return mpi(flags);
  },
});

async function tensorflow({ note }: PixelrnnContext, { gpu, force }: SetupFlags) {
  const { source, tfjsNode, addon, built } = await setupTensorflow({ gpu, force, onProgress: note });
  const operations = 'path' in addon ? addon.path : `none: ${addon.absent}`;
  return {
    result: { source, tfjsNode, addon: { ...addon }, built: [...built] },
    text: `tensorflow is ready in ${tfjsNode}\nfused operations: ${operations}`,
  };
}

async function mpi({ force }: SetupFlags) {
  const setup = await setupMpi({ force });
  return { result: { ...setup }, text: `${setup.flavour} ${setup.version} is ready: ${setup.path}` };
}
