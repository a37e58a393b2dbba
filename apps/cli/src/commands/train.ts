import { basename, join } from 'node:path';
import { together } from '@pixelrnn/cluster';
import { DEGRADATION_FORMS } from '@pixelrnn/data';
import {
  boundInWords,
  checkPlace,
  duration,
  RECIPE_STYLES,
  type Recipe,
  type RecipeStyle,
  resolveRecipe,
  type TrainProgress,
  type TrainRunOptions,
  tensorboard,
  trainRun,
} from '@pixelrnn/experiment';
import {
  choice,
  EXIT,
  integer,
  nonNegativeNumber,
  type Progress,
  positiveInteger,
  positiveNumber,
  repeatable,
  table,
  UsageError,
  wanted,
} from '@pixelrnn/shell';
import { withDataDir } from '../data-flags.ts';
import { defineCommand, type GlobalFlags } from '../define-command.ts';
import { imageSize } from '../image-size.ts';
import { likelihoods } from '../likelihoods.ts';
import { runFolder } from '../open-run.ts';
import { refuseStdout } from '../output.ts';

interface TrainFlags extends GlobalFlags {
  readonly out?: string;
  readonly recipe?: RecipeStyle;
  readonly dataDir?: string;
  readonly images?: string;
  readonly size?: { readonly height: number; readonly width: number };
  readonly levels?: number;
  readonly leaveOut?: readonly string[];
  readonly steps?: number;
  readonly epochs?: number;
  readonly minutes?: number;
  readonly set?: readonly string[];
  readonly init?: string;
  readonly patience?: number;
  readonly minDelta?: number;
  readonly restore?: string;
  readonly tensorboard?: boolean;
  readonly resume?: boolean;
}

/** `pixelrnn train`: trains a preset or a recipe in a run folder, or goes on with a run that is there. */
export const trainCommand = defineCommand<TrainFlags>({
  computes: true,
  draws: true,
  shares: true,
  endsInOrder: true,
  arguments: '[preset|recipe.json]',
  examples: [
    'train mnist-row-lstm --out runs/row --minutes 10',
    'train mnist-pixel-cnn --recipe paper --epochs 20 --set optimizer.learningRate=0.0005',
    'train recipe.json --steps 5000 --data-dir /data',
    'train mnist-row-lstm --images ~/Pictures/icons --out runs/icons',
    'train recipe.json --init mnist-row-lstm --patience 5',
    'train cifar10-gated-pixel-cnn --restore blur:1.5 --out runs/sharp',
    'train --resume --out runs/row',
    'train --resume --out runs/row --steps 40000',
    'train mnist-row-lstm --ranks 4 --threads 1',
  ],
  flags: (command) =>
    withDataDir(command)
      .option('--out <folder>', 'run folder (default: runs/<name of the preset or recipe>)')
      .option('--recipe <style>', `which recipe of a preset: ${RECIPE_STYLES.join(', ')}`, choice(RECIPE_STYLES))

      .option(
        '--images <folder|pack>',
        'train on your own PNG and JPEG files, or on a pack; with --resume alone, where they lie now',
      )
      .option(
        '--size <HxW>',
        'of the images (default: as the files are, or as the preset where they differ)',
        imageSize,
      )
      .option(
        '--levels <n>',
        'levels of a color (default: 2 where the files are black and white, else 256)',
        integer(2, 256),
      )
      .option(
        '--leave-out <image>',
        'train without an image of the folder; "bad": without all that cannot be read',
        repeatable,
      )
      .option('--steps <n>', 'train for so many steps; with --resume alone, go on to so many', positiveInteger)
      .option('--epochs <n>', 'train for so many passes through the data', positiveNumber)
      .option('--minutes <n>', 'train for as many steps as fit into so many minutes', positiveNumber)
      .option('--set <key=value>', 'change one value of the recipe; may be repeated', repeatable)
      .option('--init <run>', 'begin from the weights of another run or of a pretrained preset')
      .option('--patience <n>', 'stop early after so many validations that are no better', positiveInteger)
      .option('--min-delta <nats>', 'by how much a better one is better at least (default: 0)', nonNegativeNumber)
      .option(
        '--restore <degradation>',
        `learn p(image | degraded image): ${DEGRADATION_FORMS}; mask:file.png is unknown where it is white`,
      )
      .option('--tensorboard', 'write event files for TensorBoard into <run>/tensorboard')
      .option('--resume', 'go on with the run in the folder')
      .addHelpText('after', '\nPresets, their data sets and what to expect of them: pixelrnn list'),
  async run(context, flags, source?: string) {
    const { cluster } = context;
    const leaveOut = leaveOutOf(flags);
    const { recipe, out, init, backend } = await together(cluster, async () => {
      checkFlags(flags, source);
      const out = flags.out ?? join('runs', basename(source!, '.json'));
      const init = flags.init === undefined ? undefined : runFolder(flags.init);
      if (source !== undefined && cluster.rank === 0) await checkPlace(out, flags.resume); // it alone has to do with the folder
      const recipe = source === undefined ? undefined : await recipeOf(source, flags, context.note);
      return { recipe, out, init, backend: await context.backend() };
    });
    const result = await trainRun({
      recipe,
      out,
      dataDir: flags.dataDir,
      images: flags.images,
      leaveOut,
      resume: flags.resume,
      ...(source === undefined && { steps: flags.steps }),
      init,
      ...(flags.tensorboard && { callbacks: [tensorboard()] }),
      backend,
      cluster,
      signal: context.interrupts(),
      onProgress: (progress) => context.progress.update(describe(progress)),
      onWarning: context.note,
    });
    return {
      result: { ...result, backend: backend.backend },
      text: table([
        [
          result.interrupted ? 'interrupted' : 'trained',
          `${result.step} of ${result.steps} steps in ${duration(result.seconds)}`,
        ],
        [
          'best',
          result.best
            ? `${likelihoods({ ...result.best, bound: result.bound })} on validation images, at step ${result.best.step}`
            : 'not evaluated',
        ],
        ...(result.stopped === undefined ? [] : [['stopped', result.stopped] as const]),
        ['run', out],
        ...(result.report ? [['report', result.report] as const] : []),
      ]),
      code: result.interrupted ? EXIT.interrupted : EXIT.done,
    };
  },
});

/** Flags that are short for values of the recipe go over those that `--set` gives. */
async function recipeOf(
  source: string,
  { set = [], patience, minDelta, images: folder, size, levels, ...flags }: TrainFlags,
  onChosen: (line: string) => void,
): Promise<Recipe> {
  const recipe = await wanted(() =>
    resolveRecipe(source, {
      ...flags,
      images: folder === undefined ? undefined : { folder, size, levels, onChosen },
      set: [...set, ...(patience === undefined ? [] : [`earlyStopping.patience=${patience}`])],
    }),
  );
  if (minDelta === undefined) return recipe;
  if (!recipe.earlyStopping)
    throw new UsageError('--min-delta: wanted --patience with it, since nothing else stops the run early, got none');
  return { ...recipe, earlyStopping: { ...recipe.earlyStopping, minDelta } };
}

/** The word for all that cannot be read: no image has such a name. */
const BAD = 'bad';

function leaveOutOf({ leaveOut }: TrainFlags): TrainRunOptions['leaveOut'] {
  if (!leaveOut?.includes(BAD)) return leaveOut;
  if (leaveOut.length === 1) return BAD;
  throw new UsageError(`train: wanted --leave-out ${BAD} or --leave-out <image> …, got both`);
}

function checkFlags(flags: TrainFlags, source: string | undefined): void {
  const { steps, epochs, minutes, resume, out, images, size, levels } = flags;
  if (out !== undefined) refuseStdout('--out', out, 'a run folder');
  if (images === undefined && (size ?? levels) !== undefined)
    throw new UsageError('train: wanted --size and --levels only with --images: other data have their own');
  const lengths = Object.entries({ steps, epochs, minutes }).filter(([, value]) => value !== undefined);
  if (lengths.length > 1)
    throw new UsageError(`train: wanted one of --steps, --epochs and --minutes, got ${lengths.length} of them`);
  if (source === undefined && !(resume && out))
    throw new UsageError('train: wanted a preset or a recipe.json (or --resume --out <run>), got neither');
  if (source === undefined) checkNothingNew(flags);
}

/** A run that is resumed without its recipe goes on as it began, if with more steps: what else would change it is refused, not passed over. */
function checkNothingNew({
  epochs,
  minutes,
  set,
  recipe,
  seed,
  patience,
  minDelta,
  size,
  levels,
  restore,
}: TrainFlags): void {
  const changes = { epochs, minutes, set, recipe, seed, patience, 'min-delta': minDelta, size, levels, restore };
  const given = Object.entries(changes).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  if (given.length > 0)
    throw new UsageError(
      `train --resume: wanted no ${given.join(', ')}, since the run goes on with the recipe it began with`,
    );
}

function describe(progress: TrainProgress): Progress {
  const { phase, step, steps, imagesPerSecond, eta, valid } = progress;
  if (phase === 'checking') return { done: step, total: steps, text: `looking at ${steps} images …` };
  if (phase === 'calibrating') return { done: 0, text: 'timing some steps …' };
  const parts = [
    `step ${step}/${steps}`,
    likelihoods(progress),
    `${imagesPerSecond.toFixed(0)} images/s`,
    ...(valid ? [`valid ${valid.nats.toFixed(2)}${boundInWords(valid.bound)}`] : []),
    phase === 'training' ? `${duration(Math.round(eta))} left` : `${phase} …`,
  ];
  return { done: step, total: steps, text: parts.join(' · ') };
}
