import { resolve } from 'node:path';
import { type CommandDefinition, megabytes, type SharedFlags } from '@pixelrnn/shell';
import { archive } from '../bundle/archive.ts';
import { makeBundle } from '../bundle/bundle.ts';
import type { Installation } from '../installation.ts';

interface BundleFlags extends SharedFlags {
  readonly out: string;
  readonly dataDir?: string;
}

/** `pixelrnn-bench bundle`: everything that a machine without Node.js and network needs to be measured. */
export const bundleCommand = (installation: Installation): CommandDefinition<BundleFlags> => ({
  examples: ['bundle --out bundle --data-dir data'],
  flags: (command) =>
    command
      .option('--out <folder>', 'folder to make', 'pixelrnn-bench-bundle')
      .option('--data-dir <folder>', 'data folder to take binarized MNIST from'),
  async run({ note }, flags) {
    const out = resolve(flags.out);
    await makeBundle({ out, ...installation, dataDir: flags.dataDir, note });
    const file = `${out}.tar.gz`;
    const bytes = await archive(out, file);
    return { result: { folder: out, file, bytes }, text: `${file}: ${megabytes(bytes)}` };
  },
});
