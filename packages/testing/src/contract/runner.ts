/** The two functions of a test runner. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

/** The runner handed in, else the global one. */
export function runnerOf(caller: string, given: Partial<Runner>): Runner {
  const { describe, it } = globalThis as Partial<Runner>;
  const runner = { describe: given.describe ?? describe, it: given.it ?? it };
  if (!runner.describe || !runner.it)
    throw new Error(`${caller}: wanted a test runner's describe and it, globally or in the options, got none`);
  return runner as Runner;
}
