import { it } from 'vitest';

/** `it` of a contract whose finite differences wait for `check:slow`: they take half of its time, and the float64 oracle asks more of gradients. */
export const unhurried = (title: string, check: () => Promise<void>): void =>
  void it(title, { tags: title.includes('finite differences') ? ['slow'] : [] }, check);
