import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluateRun, resolveRecipe, trainRun } from '@pixelrnn/experiment';
import type { Outcome, Prepared, Task, TaskContext } from './task.ts';

/** A step number that no run reaches: nothing but training happens before the last step. */
const NEVER = 1_000_000_000;

/** A name for a few steps of a tiny network on the digits that `@pixelrnn/data` holds: no data are wanted, and seconds show that training works. */
export const REHEARSED = 'tiny-digits';
const REHEARSAL = {
  model: {
    system: 'pixelRnn',
    lstm: 'row',
    image: { height: 8, width: 8, channels: 1, levels: 2 },
    layers: 1,
    hidden: 4,
    head: 4,
  },
  dataset: { name: 'digits', options: { binarize: 'threshold' } },
  batchSize: 8,
  optimizer: { name: 'rmsprop', learningRate: 1e-2 },
};

/**
 * Time to quality: trains the preset's recipe (the fast one, where there is one) for so many minutes, without pauses for evaluation,
 * and then measures nats on the whole validation split.
 */
export async function prepareQuality(
  task: Extract<Task, { kind: 'quality' }>,
  { dataDir }: TaskContext,
): Promise<Prepared> {
  const set = [`evaluateEvery=${NEVER}`, `checkpointEvery=${NEVER}`, 'sampleEvery=0', 'evaluateImages=1'];
  const [source, length] =
    task.model === REHEARSED ? [REHEARSAL, { steps: 3 }] : [task.model, { minutes: task.minutes }];
  const recipe = await resolveRecipe(source, { ...length, seed: 0, set });
  const out = await mkdtemp(join(tmpdir(), 'pixelrnn-bench-'));
  let steps = 0;
  return {
    probes: {
      training: {
        async run() {
          ({ steps } = await trainRun({ out, recipe, dataDir }));
        },
      },
    },
    async outcome(): Promise<Outcome> {
      try {
        const { nats } = await evaluateRun(out, { split: 'valid', checkpoint: 'latest', dataDir });
        return { nats, steps };
      } finally {
        await rm(out, { recursive: true, force: true });
      }
    },
    dispose() {},
  };
}
