import { resolve } from 'node:path';
import { type CommandDefinition, choice, listOf, megabytes, type SharedFlags } from '@pixelrnn/shell';
import { archive } from '../bundle/archive.ts';
import { makeBundle } from '../bundle/bundle.ts';
import { BUNDLED_DATASETS, type BundledDataset } from '../bundle/data.ts';
import type { Installation } from '../installation.ts';

interface BundleFlags extends SharedFlags {
  readonly out: string;
  readonly with: readonly BundledDataset[];
  readonly dataDir?: string;
}

/** `pixelrnn-bench bundle`: everything that a machine without Node.js and network needs to be measured. */
export const bundleCommand = (installation: Installation): CommandDefinition<BundleFlags> => ({
  examples: ['bundle --out bundle --with binarized-mnist,cifar10 --data-dir data'],
  flags: (command) =>
    command
      .option('--out <folder>', 'folder to make', 'pixelrnn-bench-bundle')
      .option(
        '--with <data sets>',
        `what to train on there, of ${BUNDLED_DATASETS.join(' and ')}; with commas`,
        listOf(choice(BUNDLED_DATASETS)),
        [BUNDLED_DATASETS[0]],
      )
      .option('--data-dir <folder>', 'data folder to take them from (default: $PIXELRNN_DATA, else the user cache)'),
  async run({ note }, flags) {
    const out = resolve(flags.out);
    await makeBundle({ out, ...installation, datasets: flags.with, dataDir: flags.dataDir, note });
    const file = `${out}.tar.gz`;
    const bytes = await archive(out, file);
    return { result: { folder: out, file, bytes }, text: `${file}: ${megabytes(bytes)}` };
  },
});
