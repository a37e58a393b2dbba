/**
 * What threads tell each other, in memory that they share. The parameters of a round are written before its first ticket is given out, and are not
 * written again before all of its tasks are done:
 *
 *   the caller    parameters of round r → ticket ← (r, 0), wake ← wake + 1 → does tasks itself → waits for done = tasks
 *   each worker   waits for wake → takes (r, i) ← ticket, ticket + 1 → if i < tasks, and these are of round r: does task i, done ← done + 1
 *
 * A ticket that is taken late, when its round is over, is one of too many of that round or, if the next has begun, a good one of the next.
 */
export interface Control {
  /** A round and its next task: the upper and the lower half of its only number. */
  readonly ticket: BigInt64Array;
  /** Everything else, at the places of {@link AT}. */
  readonly words: Int32Array;
}

/** Places of words. */
export const AT = {
  /** Counts the rounds: what workers that have nothing to do wait for. */
  wake: 0,
  /** Tasks done. */
  done: 1,
  /** Whether a task has failed. */
  failed: 2,
  /** Parameters, written in this order: the round, the number of tasks, pointers to the task's function and its closure. */
  round: 3,
  tasks: 4,
  task: 5,
  closure: 6,
  /** Pointers to scratch of the caller, the first worker, the second, … */
  scratch: 7,
} as const;

export const createControl = (threads: number): Control => ({
  ticket: new BigInt64Array(new SharedArrayBuffer(8)),
  words: new Int32Array(new SharedArrayBuffer(4 * (AT.scratch + threads))),
});
