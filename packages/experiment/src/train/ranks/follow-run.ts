import { NODE_FILES } from '@pixelrnn/files';
import { disposeState, evaluationVector, modelShapes, type TrainState, unflatten } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { ExperimentError } from '../../experiment-error.ts';
import { withImages } from '../../recipe/image-options.ts';
import { modelOf } from '../../recipe/resolve-recipe.ts';
import type { RunRecipe } from '../../recipe/run-recipe.ts';
import { natsOfRanks } from '../../run/evaluation.ts';
import type { SplitPart } from '../../run/split-part.ts';
import type { RankOptions } from '../begin-run.ts';
import { checkFits, openRecipeDataset, type Session, trainOptions } from '../session.ts';
import { startAsTold } from '../starting-state.ts';
import type { TrainRunResult } from '../train-run-result.ts';
import { agreeOnRun } from './agreement.ts';
import type { Order } from './ranks.ts';
import { followSteps } from './steps.ts';

/** What a rank has that follows. */
interface Following {
  session?: Session;
  /** Of the run. */
  steps: number;
  state?: TrainState;
  /** What has failed here. Rank 0 hears of it the next time that all work together. */
  failure?: unknown;
}

/**
 * What all ranks but 0 make of a run: what rank 0 says. They read and write nothing of the run folder.
 * @returns what rank 0 returns
 * @throws ExperimentError where rank 0 fails, which says why
 */
export async function followRun(options: RankOptions): Promise<TrainRunResult> {
  const { ranks } = options;
  const own: Following = { steps: 0 };
  let order = ranks.heed();
  try {
    while (order.next !== 'end') order = await obeyed(own, order, options);
  } finally {
    if (own.state) disposeState(own.state);
  }
  if (!order.result) throw new ExperimentError('rank 0 has ended the run');
  return order.result;
}

/** Does what is said, and hears what is next. */
async function obeyed(own: Following, order: Order, options: RankOptions): Promise<Order> {
  let next: Order | undefined;
  try {
    if (order.next !== 'rest' && own.failure !== undefined) await tell(own.failure, options);
    else if (order.next === 'open') await open(own, order.recipe, options);
    else if (order.next === 'start') await start(own, order);
    else if (order.next === 'evaluate') await evaluatePart(own.session!, own.state!, order);
    else if (order.next === 'step') next = await steps(own, options);
  } catch (error) {
    own.failure ??= error;
  }
  return next ?? options.ranks.heed();
}

const tell = (failure: unknown, { ranks }: RankOptions) =>
  ranks.share(() => {
    throw failure;
  });

async function open(own: Following, recipe: RunRecipe, options: RankOptions): Promise<void> {
  const { images, out: folder, files = NODE_FILES, ranks } = options;
  await agreeOnRun(options, async () => {
    const model = modelOf(recipe, 'the recipe of rank 0');
    const dataset = await openRecipeDataset(images === undefined ? recipe : withImages(recipe, images), options);
    checkFits(model, dataset);
    own.session = { folder, recipe, model, dataset, files, ranks };
    return dataset;
  });
}

async function start(own: Following, order: Order & { next: 'start' }): Promise<void> {
  if (own.state) disposeState(own.state);
  own.state = undefined;
  own.steps = order.steps;
  own.state = (await startAsTold(own.session!, order.steps, order)).state;
}

/** Steps as long as one follows the other. Returns an order that is not one of theirs. */
async function steps(own: Following, { ranks }: RankOptions): Promise<Order | undefined> {
  const { session, state: startState } = own;
  let last: Order | undefined;
  const between = async (state: TrainState): Promise<boolean> => {
    for (;;) {
      const order = ranks.heed();
      if (order.next === 'step' || order.next === 'rest') return order.next === 'step';
      if (order.next === 'end') {
        last = order;
        return false;
      }
      if (order.next === 'evaluate') await evaluatePart(session!, state, order).catch(() => {}); // told already
    }
  };
  const options = trainOptions(session!, own.steps, startState!.step);
  const state = await followSteps(ranks, { ...options, startState: startState! }, between);
  if (state !== startState) disposeState(startState!);
  own.state = state;
  return last;
}

async function evaluatePart(session: Session, state: TrainState, part: SplitPart): Promise<void> {
  const params = tf.tidy(() => unflatten(evaluationVector(state), modelShapes(session.model)));
  try {
    const onProgress = () => session.ranks?.signal?.throwIfAborted();
    await natsOfRanks(session, params, { ...part, onProgress });
  } finally {
    tf.dispose(params as tf.TensorContainer);
  }
}
