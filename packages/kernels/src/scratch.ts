import { type Floats, floats } from './floats.ts';

let block: Floats | undefined;

/** A block of at least `length` floats for whoever computes next: what it holds is valid until the next call. */
export function scratch(length: number): Floats {
  if (block === undefined || block.length < length) {
    block?.free();
    block = floats(Math.max(length, 256));
  }
  return block;
}
