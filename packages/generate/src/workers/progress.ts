/**
 * The progress of works that are done side by side, told as one.
 * @param sizes of each
 * @returns for each what is to be told of it
 */
export function progressOf(
  sizes: readonly number[],
  tell: ((done: number, total: number) => void) | undefined,
): (index: number) => (done: number) => void {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const doneOf = sizes.map(() => 0);
  let done = 0;
  return (index) => (own) => {
    done += own - doneOf[index];
    doneOf[index] = own;
    tell?.(done, total);
  };
}
