import { leaves } from '@pixelrnn/core';
import { listCheckpoints } from '@pixelrnn/experiment';
import { table } from '@pixelrnn/shell';
import { defineCommand } from '../define-command.ts';
import { likelihoods } from '../likelihoods.ts';
import { openRunOf, type RunFlags, withRunFlags } from '../open-run.ts';

/** `pixelrnn inspect`: what a run is and how far it came. */
export const inspectCommand = defineCommand<RunFlags>({
  arguments: '<run>',
  examples: ['inspect runs/row', 'inspect runs/row --verbose', 'inspect runs/row --json'],
  flags: withRunFlags,
  async run(context, flags, argument) {
    await context.backend('cpu');
    const { folder, config, model, state, weights } = await openRunOf(context, flags, argument);
    const checkpoints = await listCheckpoints(folder);
    const shapes = leaves<Float32Array>(weights).map(([name, values]): [string, string] => [name, `${values.length}`]);
    const { restore, evaluateImages } = config.recipe;
    const { name, options } = config.recipe.dataset;
    return {
      result: { ...config, checkpoints, state: { ...state, rng: undefined }, bound: model.bound },
      text: [
        table([
          ['model', `${model.name}, ${config.parameters} parameters`],
          [
            'images',
            `${model.image.height}×${model.image.width}×${model.image.channels}, ${model.image.levels} levels`,
          ],
          ['data', `${name} ${JSON.stringify(options)}`],
          ...(restore === undefined ? [] : [['restores', restore] as const]),
          ['trained', `${state.step} of ${config.steps} steps`],
          [
            'best',
            state.best
              ? `${likelihoods({ ...state.best, bound: model.bound })}, at step ${state.best.step}, on ${evaluateImages ?? 'all'} validation images`
              : 'not evaluated',
          ],
          ['checkpoints', checkpoints.join(', ')],
          ['created', config.created],
          ['hash', config.hash],
        ]),
        ...(flags.verbose ? [`\n${table(shapes)}`, `\n${JSON.stringify(config.recipe, null, 2)}`] : []),
      ].join('\n'),
    };
  },
});
