import type { Command } from 'commander';
import type { Installation } from '../installation.ts';
import { writeReport } from '../report/report.ts';
import { RESULTS_FOLDER } from '../results/files.ts';

/** `pixelrnn-bench report`: tables and figures of all results. */
export function addReport(program: Command, { terminal }: Installation): void {
  program
    .command('report')
    .description('Write benchmarks.md and its figures from all result files.')
    .option('--results <folder>', 'folder of the result files', RESULTS_FOLDER)
    .option('--docs <folder>', 'where to write', 'docs')
    .action(async (options: { results: string; docs: string }) => {
      for (const file of await writeReport(options)) terminal.stdout(`${file}\n`);
    });
}
