import type { Command } from 'commander';
import type { Installation } from '../installation.ts';
import { compareRows } from '../report/compare.ts';
import { digits, markdownTable } from '../report/markdown.ts';
import { readRows } from '../results/files.ts';

/** `pixelrnn-bench compare`: two result files, task by task. */
export function addCompare(program: Command, { terminal }: Installation): void {
  program
    .command('compare')
    .description('Compare two result files, task by task.')
    .argument('<before>', 'a file of results')
    .argument('<after>', 'another')
    .option('--json', 'print one JSON object a line')
    .action(async (before: string, after: string, { json }: { json?: boolean }) => {
      const comparisons = compareRows(await readRows(before), await readRows(after));
      if (comparisons.length === 0) throw new Error(`${before} and ${after} have no task in common`);
      if (json) return terminal.stdout(comparisons.map((line) => `${JSON.stringify(line)}\n`).join(''));
      terminal.stdout(
        markdownTable(
          ['task', 'backend', 'threads', 'before, ms', 'after, ms', 'speedup'],
          comparisons.map(({ task, backend, threads, beforeMs, afterMs, speedup, withinSpread }) => [
            task,
            backend,
            String(threads),
            digits(beforeMs),
            digits(afterMs),
            `${digits(speedup)}${withinSpread ? ' (within the spread)' : ''}`,
          ]),
        ),
      );
    });
}
