import { together } from '@pixelrnn/cluster';
import { SPLITS } from '@pixelrnn/data';
import { choice, naturalNumber, positiveInteger, repeatable, UsageError } from '@pixelrnn/shell';
import { withDataFlags } from '../data-flags.ts';
import { defineCommand } from '../define-command.ts';
import { evaluateFiles, type FilesFlags } from '../evaluate-files.ts';
import { evaluateSplit, type SplitFlags } from '../evaluate-split.ts';
import { withRunFlags } from '../open-run.ts';
import { checkOut, deliver } from '../output.ts';

interface EvaluateFlags extends SplitFlags, FilesFlags {
  readonly image?: readonly string[];
  readonly perImage?: string;
}

/** `pixelrnn evaluate`: the negative log-likelihood of a run on a split of its data, or on images of one's own. */
export const evaluateCommand = defineCommand<EvaluateFlags>({
  computes: true,
  shares: true,
  arguments: '<run>',
  examples: [
    'evaluate runs/row --split test',
    'evaluate runs/row --split valid --limit 1000 --json',
    'evaluate runs/row --split test --per-image nats.jsonl',
    'evaluate mnist-row-lstm --image one.png --image two.png',
    'evaluate runs/vae --split test --bound-samples 100',
    'evaluate runs/row --split test --ranks 4 --threads 1',
  ],
  flags: (command) =>
    withDataFlags(withRunFlags(command))
      .option('--split <name>', `which images: ${SPLITS.join(', ')} (default: valid)`, choice(SPLITS))
      .option('--limit <n>', 'only so many images, evenly over the split', positiveInteger)
      .option('--image <file>', 'a PNG or JPEG of the size of the model instead; may be repeated', repeatable)
      .option('--class <n>', 'class of the images, for a model of classes', naturalNumber)
      .option(
        '--bound-samples <k>',
        'draws of the latents for a tighter bound, of a model that has them; k times the work',
        positiveInteger,
      )
      .option(
        '--restorations <n>',
        'images that a run that restores draws four times each, to compare with them (default: 16; 0: none)',
        naturalNumber,
      )
      .option('--per-image <file.jsonl>', 'write the nats of every image, one a line; - is stdout')
      .option('--batch-size <n>', 'images evaluated together; no influence on the result', positiveInteger),
  async run(context, flags, argument) {
    const { cluster } = context;
    const { image, perImage } = flags;
    const backend = await together(cluster, async () => {
      checkFlags(flags);
      if (perImage !== undefined) await checkOut(context, perImage, flags, image);
      if (image && cluster.size > 1) throw new UsageError('evaluate: wanted one process for --image, got several');
      return context.backend();
    });
    const { each, ...outcome } = image
      ? await evaluateFiles(context, flags, argument, backend, image)
      : await evaluateSplit(context, flags, argument, backend);
    if (cluster.rank > 0) return undefined;
    if (perImage === undefined) return outcome;
    const lines = each.map((one) => `${JSON.stringify(one)}\n`).join('');
    return deliver(context, perImage, Buffer.from(lines), outcome);
  },
});

/** A flag that would have no effect is refused. */
function checkFlags(flags: EvaluateFlags): void {
  const { image, split, limit, batchSize, restorations, class: label, dataDir, images } = flags;
  const others = image
    ? { split, limit, 'batch-size': batchSize, restorations, 'data-dir': dataDir, images }
    : { class: label };
  const given = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  if (given.length === 0) return;
  const why = image ? 'the images are given' : 'a split has its own';
  throw new UsageError(`evaluate: wanted no ${given.join(', ')}, since ${why}`);
}
