import { type Batch, type GenerativeModel, rngFrom, withoutFusedKernels } from '@pixelrnn/core';
import { posteriorNoise } from '@pixelrnn/models';
import {
  disposeState,
  initialState,
  modelShapes,
  natsPerImage,
  rmsprop,
  type TrainState,
  trainStep,
  unflatten,
} from '@pixelrnn/trainer';
import { encodeSafetensors, type NamedArray, nameVector } from '@pixelrnn/weights';
import * as tf from '@tensorflow/tfjs-core';
import { benchModel } from './models.ts';
import { syntheticBatch } from './synthetic-batch.ts';
import type { Prepared, Task } from './task.ts';

/** The seed of every parameter in the harness. */
export const SEED = 'bench';

/** A rate at which nothing diverges on noise. Peers are told it. */
const LEARNING_RATE = 1e-4;

/**
 * One whole training step as the product does it: batch to tensors, nats, gradient, its norm, RMSProp (the paper's optimizer), and
 * reading the metrics. With `stock`, on TensorFlow.js's own operations alone.
 */
export async function prepareTraining(task: Extract<Task, { kind: 'train' }>): Promise<Prepared> {
  const model = benchModel(task.model);
  const batch = syntheticBatch(model, task.batch);
  const optimizer = rmsprop({ learningRate: LEARNING_RATE });
  const shapes = modelShapes(model);
  let state = initialState({ model, optimizer, seed: SEED });
  const { learningRate } = optimizer;
  let lastNats = Number.NaN;
  const advance = () => trainStep({ model, shapes, state, batch, optimizer, learningRate });

  const params = tf.tidy(() => unflatten(state.params, shapes));
  const nats = mean(await natsPerImage(model, params, batch));
  tf.dispose(params as tf.TensorContainer);

  return {
    probes: {
      step: {
        async run() {
          const { state: next, metrics } = task.stock ? withoutFusedKernels(advance) : advance();
          disposeState(state);
          state = next;
          [lastNats] = await metrics.data();
          metrics.dispose();
          if (!Number.isFinite(lastNats)) throw new Error(`the nats of step ${state.step} are ${lastNats}`);
        },
      },
    },
    nats,
    exchange: async () => ({
      config: model.config,
      file: encodeSafetensors(
        new Map([
          ...nameVector((await state.params.data()) as Float32Array, shapes),
          ...batchArrays(model, batch),
          ...noiseArrays(model, batch.count, state),
          ['optimizer/learningRate', { shape: [1], values: Float32Array.of(learningRate) }],
        ]),
      ),
    }),
    outcome: async () => ({ nats: lastNats, steps: state.step }),
    dispose: () => disposeState(state),
  };
}

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

function batchArrays({ image }: GenerativeModel, { images, labels, count }: Batch): [string, NamedArray][] {
  const shape = [count, image.height, image.width, image.channels];
  const arrays: [string, NamedArray][] = [['batch/images', { shape, values: images }]];
  if (labels) arrays.push(['batch/labels', { shape: [count], values: Float32Array.from(labels) }]);
  return arrays;
}

/** Steps of which a peer is given the noise of the latents; it draws its own in later ones. */
const NOISE_STEPS = 8;

/** The noise of a VAE's latents, [B, n] each: that of `nats` before the first step, and that of the first steps. */
function noiseArrays(
  { config }: GenerativeModel,
  count: number,
  { rng, step }: Pick<TrainState, 'rng' | 'step'>,
): [string, NamedArray][] {
  if (config.system !== 'pixelVae') return [];
  const size = config.latents as number;
  const ofSteps = new Float32Array(NOISE_STEPS * count * size);
  for (let i = 0; i < NOISE_STEPS; i++)
    ofSteps.set(posteriorNoise({ rng: rngFrom(rng).fork(step + i) }, [count, size]), i * count * size);
  return [
    ['noise/evaluation', { shape: [count, size], values: posteriorNoise({}, [count, size]) }],
    ['noise/steps', { shape: [NOISE_STEPS, count, size], values: ofSteps }],
  ];
}
