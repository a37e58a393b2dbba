import { SPLITS, type Split } from '@pixelrnn/data';
import { evaluateRun } from '@pixelrnn/experiment';
import { choice, positiveInteger, table } from '@pixelrnn/shell';
import { defineCommand } from '../define-command.ts';
import { likelihoods } from '../likelihoods.ts';
import { type RunFlags, runFolder, withRunFlags } from '../open-run.ts';

interface EvaluateFlags extends RunFlags {
  readonly split: Split;
  readonly limit?: number;
  readonly batchSize?: number;
}

/** `pixelrnn evaluate`: the mean negative log-likelihood of a run on a split of its data, also noted in the run's journal. */
export const evaluateCommand = defineCommand<EvaluateFlags>({
  arguments: '<run>',
  examples: ['evaluate runs/row --split test', 'evaluate runs/row --split valid --limit 1000 --json'],
  flags: (command) =>
    withRunFlags(command)
      .option('--split <name>', `which images: ${SPLITS.join(', ')}`, choice(SPLITS), 'valid')
      .option('--limit <n>', 'only so many images, evenly over the split', positiveInteger)
      .option('--batch-size <n>', 'images evaluated together; no influence on the result', positiveInteger),
  async run(context, { split, limit, batchSize, checkpoint, dataDir }, argument) {
    const backend = await context.backend();
    const folder = runFolder(argument);
    const evaluation = await evaluateRun(folder, {
      record: folder === argument, // not in a pretrained preset's
      split,
      limit,
      batchSize,
      checkpoint,
      dataDir,
      backend,
      onWarning: context.note,
      onProgress: (images) => context.progress.update({ done: images, total: limit, text: `${images} images` }),
    });
    const { images, standardError, bound, step, warning } = evaluation;
    if (warning) context.note(`warning: ${warning}`);
    return {
      result: { ...evaluation },
      text: table([
        [split, `${likelihoods(evaluation)}${bound === 'upper' ? ' (upper bound)' : ''}`],
        ['images', `${images}, standard error ${standardError.toFixed(2)} nats`],
        ['checkpoint', step],
        ['backend', backend.backend],
      ]),
    };
  },
});
