import { availableParallelism } from 'node:os';

/** `work` of every item, as many at once as there are cores; the results in the order of the items. After one has failed no other is begun. */
export async function inLanes(items, work) {
  const results = [];
  const left = items.entries(); // shared: each lane takes the next
  let hasFailed = false;
  const lane = async () => {
    for (const [index, item] of left) {
      if (hasFailed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: availableParallelism() }, lane));
  for (const { reason } of lanes.filter(({ status }) => status === 'rejected')) throw reason;
  return results;
}
