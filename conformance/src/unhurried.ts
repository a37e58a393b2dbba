import { it } from 'vitest';

/** `it` of a contract whose finite differences wait for `check:slow`: they take half of its time, and the float64 oracle asks more of gradients. */
export const unhurried = (title: string, check: () => Promise<void>): void =>
  void it(title, { tags: isDifferences(title) ? ['slow'] : [] }, check);

/** `it` of a contract without them: where gradients are compared in another way, or are so small that a difference of nats in float32 is rounding. */
export const withoutDifferences = (title: string, check: () => Promise<void>): void => {
  if (!isDifferences(title)) it(title, check);
};

export const isDifferences = (title: string): boolean => title.includes('finite differences');
