import type { CommandDefinition, SharedFlags } from '@pixelrnn/shell';
import { writeReport } from '../report/report.ts';
import { RESULTS_FOLDER } from '../results/files.ts';

interface ReportFlags extends SharedFlags {
  readonly results: string;
  readonly docs: string;
}

/** `pixelrnn-bench report`: tables and figures of all results. */
export const reportCommand: CommandDefinition<ReportFlags> = {
  examples: ['report --results results --docs docs'],
  flags: (command) =>
    command
      .option('--results <folder>', 'folder of the result files', RESULTS_FOLDER)
      .option('--docs <folder>', 'where to write', 'docs'),
  async run(_, { results, docs }) {
    const files = await writeReport({ results, docs });
    return { result: { files }, text: files.join('\n') };
  },
};
