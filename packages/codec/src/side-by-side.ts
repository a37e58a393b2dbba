/** What does a job: in its lane, and no longer than the signal lets it. */
export type RunJob<Job, Result> = (
  job: Job,
  place: { readonly lane: number; readonly index: number; readonly signal: AbortSignal },
) => Promise<Result>;

/**
 * The results of jobs in their order, of which so many are under way at a time, one in each lane. A lane begins its next job when the result of its last one
 * has been taken: whoever takes them one after the other never holds more than one for each lane. When a job fails, or nobody takes any more, the
 * signal of the others is aborted.
 */
export async function* sideBySide<Job, Result>(
  jobs: readonly Job[],
  lanes: number,
  caller: AbortSignal | undefined,
  run: RunJob<Job, Result>,
): AsyncGenerator<Result> {
  const ended = new AbortController();
  const signal = caller ? AbortSignal.any([ended.signal, caller]) : ended.signal;
  const underWay: Promise<Result>[] = [];
  try {
    for (const [index, job] of jobs.entries()) {
      if (index >= lanes) yield await underWay.shift()!;
      const result = run(job, { lane: index % lanes, index, signal });
      result.catch(() => {}); // it is awaited in its turn
      underWay.push(result);
    }
    for (const result of underWay) yield await result;
  } finally {
    ended.abort();
  }
}
