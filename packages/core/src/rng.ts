/**
 * Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 * A stream is a key and a counter, so it can be saved as three integers and forked by name without drawing from it.
 */
export interface Rng {
  /** The next integer, uniform on 0 … 2³²−1. */
  uint32(): number;
  /** The next real, uniform on [0, 1), a multiple of 2⁻³². */
  uniform(): number;
  /** A random permutation of 0 … n−1 (Fisher–Yates). */
  shuffle(n: number): Uint32Array;
  /** An independent stream named `name`; the same whatever was drawn from this one before. */
  fork(name: string | number): Rng;
  /** Everything needed to go on from here: `rngFrom(state)`. */
  state(): RngState;
}

/** Key (two 32-bit words) and the number of integers drawn so far. */
export interface RngState {
  readonly key: readonly [number, number];
  readonly drawn: number;
}

type Block = [number, number, number, number];

const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** The high 32 bits of a 32×32-bit product, from 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/** One block of four random words: ten rounds of Philox on a 128-bit counter under a 64-bit key. */
export function philox([c0, c1, c2, c3]: Readonly<Block>, [k0, k1]: readonly [number, number]): Block {
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    [c0, c1, c2, c3] = [high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0];
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/** A seed or a name becomes a key by absorbing its characters one block at a time. */
function derive(key: readonly [number, number], name: string | number): [number, number] {
  let [k0, k1] = key;
  const text = `${typeof name}:${name}`;
  for (let i = 0; i < text.length; i++) [k0, k1] = philox([text.charCodeAt(i), i, text.length, 1], [k0, k1]);
  return [k0, k1];
}

/** A stream from a seed: any integer or string; the same numbers on every host and backend. */
export function rng(seed: string | number): Rng {
  if (typeof seed === 'number' && !Number.isFinite(seed)) throw new Error(`rng: wanted a finite seed, got ${seed}`);
  return rngFrom({ key: derive([0, 0], seed), drawn: 0 });
}

/** Gives the same number for ever, in no time: for who makes parameters to see their shapes alone. */
export const STILL: Rng = {
  uint32: () => 2 ** 31,
  uniform: () => 0.5,
  shuffle: (n) => Uint32Array.from({ length: n }, (_, i) => i),
  fork: () => STILL,
  state: () => ({ key: [0, 0], drawn: 0 }),
};

/** A stream that goes on where `state` was taken. */
export function rngFrom({ key, drawn: start }: RngState): Rng {
  let drawn = start;
  let block: Block | undefined;

  function uint32(): number {
    const lane = drawn % 4;
    if (lane === 0 || block === undefined) {
      const index = Math.floor(drawn / 4);
      block = philox([index >>> 0, Math.floor(index / 2 ** 32), 0, 0], key);
    }
    drawn++;
    return block[lane];
  }

  const uniform = () => uint32() / 2 ** 32;

  function shuffle(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(uniform() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  return {
    uint32,
    uniform,
    shuffle,
    fork: (name) => rngFrom({ key: derive(key, name), drawn: 0 }),
    state: () => ({ key, drawn }),
  };
}
