import type { BlockShape } from './code-block.ts';

const pixelsOf = ({ count, height, width }: BlockShape): number => count * height * width;

/** The progress of parts that are coded side by side, told as one: for each part what is to be told of it. */
export function progressOf(
  parts: readonly BlockShape[],
  tell: ((done: number, total: number) => void) | undefined,
): (index: number) => (done: number) => void {
  const total = parts.reduce((sum, part) => sum + pixelsOf(part), 0);
  const doneOf = parts.map(() => 0);
  let done = 0;
  return (index) => (own) => {
    done += own - doneOf[index];
    doneOf[index] = own;
    tell?.(done, total);
  };
}
