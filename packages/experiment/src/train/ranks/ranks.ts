import { deserialize, serialize } from 'node:v8';
import { ALONE, type Communicator, share } from '@pixelrnn/cluster';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { RunRecipe } from '../../recipe/run-recipe.ts';
import type { SplitPart } from '../../run/split-part.ts';
import type { TrainRunResult } from '../train-run-result.ts';

/**
 * What rank 0 says is next. It alone reads and writes the run folder, and decides; the others follow:
 *
 *     open                 the model and the data of a recipe
 *     start                from a state
 *     step, step, …, rest  each step is one that all do; `rest` where no other follows
 *     evaluate             between steps: a part each
 *     end                  of the run
 */
export type Order =
  | { readonly next: 'open'; readonly recipe: RunRecipe }
  | ({ readonly next: 'start'; readonly steps: number } & StartingPoint)
  | { readonly next: 'step' | 'rest' }
  | ({ readonly next: 'evaluate' } & SplitPart)
  /** Without a result where it has failed: rank 0 tells why. */
  | { readonly next: 'end'; readonly result?: TrainRunResult };

/** A checkpoint, the weights of another run, or else what the seed draws. */
export interface StartingPoint {
  readonly checkpoint?: Checkpoint;
  readonly vector?: Float32Array;
}

/** The ranks that train or evaluate a run, as one of them sees them. Whatever they do together, each waits for the others; with one rank, it does all. */
export interface Ranks {
  readonly communicator: Communicator;
  /** Aborted on all ranks soon after it is on one. */
  readonly signal?: AbortSignal;
  /** Rank 0: says what is next. */
  call(order: Order): void;
  /** The others: hear it. */
  heed(): Order;
  /**
   * What each rank makes of a work that all have a part in, in their order. Where one fails, it fails on all.
   * @throws on the rank that failed its own error, on the others a ClusterError that names it
   */
  share<T>(work: () => T | Promise<T>): Promise<readonly T[]>;
}

/** See {@link Ranks}. */
export function ranksOf(communicator: Communicator = ALONE, caller?: AbortSignal): Ranks {
  if (communicator.size === 1)
    return {
      communicator,
      signal: caller,
      call: () => {},
      heed: () => ({ next: 'end' }),
      share: async (work) => [await work()],
    };
  const others = new AbortController();
  const signal = AbortSignal.any([others.signal, ...(caller ? [caller] : [])]);
  const gather = <T>(own: T) => communicator.gather(serialize(own)).map((bytes) => deserialize(bytes) as T);
  return {
    communicator,
    signal,

    call(order) {
      if (gather<Order | boolean>(order).includes(true)) others.abort();
    },

    heed: () => gather<Order | boolean>(signal.aborted)[0] as Order,

    async share<T>(work: () => T | Promise<T>) {
      const all = await share(communicator, async (): Promise<{ readonly value: T } | 'aborted'> => {
        try {
          return { value: await work() };
        } catch (error) {
          if (signal.aborted && error === signal.reason) return 'aborted';
          throw error;
        }
      });
      return all.map((outcome) => {
        if (outcome !== 'aborted') return outcome.value;
        if (!signal.aborted) others.abort();
        throw signal.reason;
      });
    },
  };
}

/** A process on its own. */
export const ALONE_RANKS: Ranks = ranksOf();
