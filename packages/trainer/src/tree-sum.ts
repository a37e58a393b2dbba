import { tidy } from './tidy.ts';

/** Some of the parts of a whole: from, from + 1, …, to − 1. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The sum of parts in the order of a binary tree, neighbours first: ((0+1)+(2+3))+((4+5)+(6+7)); a part without a neighbour waits for
 * the next round, as in ((0+1)+(2+3))+4. Floating-point sums depend on their order, and in this one the sum of each aligned group of
 * 2ᵏ parts is a part of the whole: whoever computes it, the bits are the same. At most log₂ n + 1 sums are held at a time.
 */
export function treeSum<T>({ from, to }: Span, part: (index: number) => T, add: (left: T, right: T) => T): T {
  return tidy(() => {
    if (to - from === 1) return part(from);
    const middle = from + 2 ** (Math.ceil(Math.log2(to - from)) - 1);
    return add(treeSum({ from, to: middle }, part, add), treeSum({ from: middle, to }, part, add));
  });
}

/** Whether the sum of these parts stands in the tree of `parts`: all of them, or an aligned group of 2ᵏ. */
export function isTreeGroup({ from, to }: Span, parts: number): boolean {
  if (from === 0 && to === parts) return true;
  const size = to - from;
  return size >= 1 && from >= 0 && to <= parts && Number.isInteger(Math.log2(size)) && from % size === 0;
}
