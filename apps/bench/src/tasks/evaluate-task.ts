import { type Params, rng } from '@pixelrnn/core';
import { natsPerImage } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { benchModel } from './models.ts';
import { syntheticBatch } from './synthetic-batch.ts';
import type { Prepared, Task } from './task.ts';
import { SEED } from './train-task.ts';

/** The nats of one batch: a forward pass, read back. */
export async function prepareEvaluation(task: Extract<Task, { kind: 'evaluate' }>): Promise<Prepared> {
  const model = benchModel(task.model);
  const batch = syntheticBatch(model, task.batch);
  const params: Params = model.init(rng(SEED));
  return {
    probes: {
      batch: {
        async run() {
          await natsPerImage(model, params, batch);
        },
      },
    },
    dispose: () => tf.dispose(params as tf.TensorContainer),
  };
}
