import { availableParallelism } from 'node:os';

/** `work` of every item, as many at once as there are cores; the results in the order of the items. */
export async function inLanes(items, work) {
  const results = [];
  const left = items.entries(); // shared: each lane takes the next
  const lane = async () => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return results;
}
