import { ownShards, reduceOver } from '@pixelrnn/cluster';
import { type TrainOptions, type TrainState, train } from '@pixelrnn/trainer';
import type { Ranks } from './ranks.ts';

/** Steps from a state that is there. */
type StepsOptions = TrainOptions & { readonly startState: TrainState };

/** Rank 0: trains, and says after each step whether another follows. */
export async function leadSteps(ranks: Ranks, options: StepsOptions): Promise<TrainState> {
  const { startState, steps, shouldStop = () => false } = options;
  let reached = startState.step;
  const isLast = () => reached === steps || shouldStop();
  const say = (rests: boolean) => {
    ranks.call({ next: rests ? 'rest' : 'step' });
    return rests;
  };
  say(reached === steps);
  return trainTogether(ranks, {
    ...options,
    onStep: async (report) => {
      reached = report.step;
      await options.onStep?.(report);
    },
    shouldStop: () => say(isLast()),
  });
}

/**
 * Another rank: trains after the first `step` that it has heard, as long as others follow.
 * @param heed does what rank 0 asks for between two steps; whether a step is next
 */
export async function followSteps(
  ranks: Ranks,
  options: StepsOptions,
  heed: (state: TrainState) => Promise<boolean>,
): Promise<TrainState> {
  let follows = true;
  return trainTogether(ranks, {
    ...options,
    onStep: async ({ state }) => {
      follows = await heed(state);
    },
    shouldStop: () => !follows,
  });
}

/**
 * Steps of which each rank computes its shards. Before they add what they have, each says that it has come so far: one that fails within a step
 * says that instead, and nobody waits for it.
 */
async function trainTogether(ranks: Ranks, options: StepsOptions): Promise<TrainState> {
  const { communicator } = ranks;
  if (communicator.size === 1) return train(options);
  let isWaitedFor = options.startState.step < options.steps;
  const comeSoFar = (work: () => void) => {
    isWaitedFor = false;
    return ranks.share(work);
  };
  try {
    return await train({
      ...options,
      own: ownShards(options.shards ?? 1, communicator),
      reduce: reduceOver(communicator, () => comeSoFar(() => {})),
      shouldStop: () => {
        const stops = options.shouldStop?.() ?? false;
        isWaitedFor = !stops;
        return stops;
      },
    });
  } catch (error) {
    const fail = () => {
      throw error;
    };
    if (isWaitedFor) await comeSoFar(fail).catch(() => {});
    throw error;
  }
}
