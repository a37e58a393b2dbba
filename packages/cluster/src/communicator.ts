/**
 * The processes (ranks 0 … size − 1) that share a work, as one of them sees them. What all ranks call, all call in the same order; each call
 * waits for the others.
 */
export interface Communicator {
  readonly rank: number;
  /** How many there are, 2ᵏ. */
  readonly size: number;
  /** MPI's own name of itself; undefined where there is one process and no MPI. */
  readonly library?: string;
  /**
   * Adds the vectors of all ranks, in place, in the order of a binary tree: ((0+1)+(2+3))+((4+5)+(6+7)). Of sums over the aligned groups of 2ᵏ parts
   * that the ranks own, it has the same bits for any number of ranks.
   */
  sum(values: Float32Array): void;
  /** The bytes of all ranks, in their order. */
  gather(bytes: Uint8Array): readonly Uint8Array[];
  /** Ends the work in common; nothing may be called after it. */
  leave(): void;
  /** Ends the processes of all ranks, now. */
  abort(code: number): void;
}

/** A process on its own. */
export const ALONE: Communicator = {
  rank: 0,
  size: 1,
  sum: () => {},
  gather: (bytes) => [bytes],
  leave: () => {},
  abort: (code) => process.exit(code),
};
