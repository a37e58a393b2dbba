import { FETCHABLE, fetchDataset } from '@pixelrnn/data/node';
import { megabytes, UsageError } from '@pixelrnn/shell';
import { withDataDir } from '../data-flags.ts';
import { defineCommand, type GlobalFlags } from '../define-command.ts';

interface FetchFlags extends GlobalFlags {
  readonly dataDir?: string;
  readonly from?: string;
}

/** `pixelrnn fetch <dataset>`: downloads and verifies the files of a data set, or imports them from a folder. */
export const fetchCommand = defineCommand<FetchFlags>({
  arguments: '<dataset>',
  examples: ['fetch mnist', 'fetch binarized-mnist --from ~/Downloads', 'fetch cifar10 --data-dir /data'],
  flags: (command) =>
    withDataDir(command).option('--from <folder>', 'import files that are already in this folder, without a network'),
  async run({ progress }, { dataDir, from }, dataset) {
    if (!FETCHABLE.includes(dataset))
      throw new UsageError(`fetch: wanted one of ${FETCHABLE.join(', ')}, got "${dataset}"`);
    const { folder, written, present } = await fetchDataset(dataset, {
      dataDir,
      from,
      onProgress: ({ url, received, total }) =>
        progress.update({ done: received, total, text: `${megabytes(received)} of ${url}` }),
    });
    return {
      result: { dataset, folder, written: [...written], present: [...present] },
      text: `${dataset}: ${written.length} files written, ${present.length} there already, in ${folder}`,
    };
  },
});
