import type { CommandDefinition, SharedFlags } from '@pixelrnn/shell';
import { type Comparison, compareRows } from '../report/compare.ts';
import { digits, markdownTable } from '../report/markdown.ts';
import { readRows } from '../results/files.ts';

/** `pixelrnn-bench compare`: two result files, task by task. `--json` prints one object a line. */
export const compareCommand: CommandDefinition<SharedFlags> = {
  arguments: '<before> <after>',
  examples: ['compare before.csv after.csv'],
  async run({ print }, { json }, before, after) {
    const comparisons = compareRows(await readRows(before), await readRows(after));
    if (comparisons.length === 0) throw new Error(`${before} and ${after} have no task in common`);
    if (json) for (const comparison of comparisons) print(JSON.stringify(comparison));
    else print(tableOf(comparisons));
    return undefined;
  },
};

const tableOf = (comparisons: readonly Comparison[]): string =>
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
  ).trimEnd();
