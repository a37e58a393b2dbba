/**
 * The results of jobs in their order, of which so many are under way at a time, one in each lane. A lane begins its next job when the result of its last one
 * has been taken: whoever takes them one after the other never holds more than one for each lane.
 */
export async function* sideBySide<Job, Result>(
  jobs: readonly Job[],
  lanes: number,
  run: (job: Job, lane: number, index: number) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  for (const [i, job] of jobs.entries()) {
    if (i >= lanes) yield await underWay.shift()!;
    const result = run(job, i % lanes, i);
    result.catch(() => {}); // it is awaited in its turn
    underWay.push(result);
  }
  for (const result of underWay) yield await result;
}
