import { type Batch, type Context, type GenerativeModel, type Objective, type Params, rngFrom } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { batchTensors } from './batch.ts';
import type { TrainState } from './state.ts';
import { tidy } from './tidy.ts';
import { isTreeGroup, type Span, treeSum } from './tree-sum.ts';
import { type Shapes, unflatten } from './vector.ts';

/**
 * What images of a batch add to its mean: sums over these images, divided by the number of images of the whole batch. So the gradients
 * of the parts of a batch add up to that of the mean, and none of them has to be divided: it is the loss that is, where that is free.
 */
export interface Gradient {
  /** Of the images' −log p, or of the bound of it that the model's objective tells. */
  readonly nats: tf.Scalar;
  /** Of the derivatives of that, or of the model's objective, by all parameters. */
  readonly vector: tf.Tensor1D;
}

/** What {@link batchGradient} needs. */
export interface GradientOptions {
  readonly model: GenerativeModel;
  /** `modelShapes(model)`. */
  readonly shapes: Shapes;
  readonly state: Pick<TrainState, 'params' | 'rng' | 'step'>;
  /** The whole batch, of which `own` are some shards. */
  readonly batch: Batch;
  /**
   * Equal parts that the batch is cut into. They are computed one after the other and their gradients added in the order of a binary
   * tree ({@link addGradients}), which takes less memory (gradient accumulation), and lets several processes share the work. Default: 1.
   */
  readonly shards?: number;
  /** Which of them to compute: all, or an aligned group of 2ᵏ. Default: all. */
  readonly own?: Span;
}

/**
 * The gradient of a batch's mean nats per image (or of the model's objective), or of some of its shards. A shard's gradient is a function of the parameters, the
 * shard's images, its index, and the step: who computes it beside which others changes no bit. Nothing is read back from the device.
 * @throws if the shards do not divide the batch, or the sum of `own` is not in their tree
 */
export function batchGradient({
  batch,
  shards = 1,
  own = { from: 0, to: shards },
  ...rest
}: GradientOptions): Gradient {
  if (!(Number.isInteger(shards) && shards >= 1 && batch.count % shards === 0))
    throw new Error(`batchGradient: wanted shards that divide a batch of ${batch.count} images, got ${shards}`);
  if (!isTreeGroup(own, shards))
    throw new Error(
      `batchGradient: wanted all ${shards} shards or an aligned group of 2ᵏ of them, got ${own.from} … ${own.to - 1}`,
    );
  const { model, shapes, state } = rest;
  return tidy(() => {
    const rng = rngFrom(state.rng).fork(state.step);
    const whole = batchTensors(model, batch, { training: true, rng });
    const gradient = (index: number): Gradient => {
      const { images, context } = shards === 1 ? whole : shardOf(whole, index, batch.count / shards);
      let told: tf.Scalar | undefined;
      const loss = (params: tf.Tensor) => {
        const { loss, nats } = objectiveOf(model, unflatten(params as tf.Tensor1D, shapes), images, context);
        told = nats && tf.keep(tf.sum(nats) as tf.Scalar); // else it would go with what the loss was made of
        return tf.sum(loss) as tf.Scalar;
      };
      const { value, grad } = tf.valueAndGrad(loss)(state.params, tf.scalar(1 / batch.count));
      const nats = tf.div<tf.Scalar>(told ?? value, batch.count);
      told?.dispose();
      return { nats, vector: grad as tf.Tensor1D };
    };
    return treeSum(own, gradient, add);
  });
}

const objectiveOf = (model: GenerativeModel, params: Params, images: tf.Tensor4D, context: Context): Objective =>
  model.objective?.(params, images, context) ?? { loss: model.nats(params, images, context) };

type Images = { readonly images: tf.Tensor4D; readonly context: Context };

/** One shard, with random numbers of its own. */
function shardOf({ images, context: { rng, labels, ...context } }: Images, index: number, size: number): Images {
  return {
    images: tf.slice(images, index * size, size),
    context: { ...context, rng: rng?.fork(index), ...(labels && { labels: tf.slice(labels, index * size, size) }) },
  };
}

/**
 * The sum of the gradients of parts of a batch, in the order of a binary tree, neighbours first: ((0+1)+(2+3))+((4+5)+(6+7)). Of equal
 * groups of 2ᵏ shards in their order, it has the bits of {@link batchGradient} of all of them. The parts are left alone.
 */
export function addGradients(parts: readonly Gradient[]): Gradient {
  if (parts.length === 0) throw new Error('addGradients: wanted at least one gradient, got none');
  const copy = ({ nats, vector }: Gradient): Gradient => ({ nats: tf.clone(nats), vector: tf.clone(vector) });
  return treeSum({ from: 0, to: parts.length }, (index) => copy(parts[index]), add);
}

const add = (left: Gradient, right: Gradient): Gradient => ({
  nats: tf.add(left.nats, right.nats) as tf.Scalar,
  vector: tf.add(left.vector, right.vector) as tf.Tensor1D,
});

/** Frees the tensors of a gradient. */
export function disposeGradient({ nats, vector }: Gradient): void {
  tf.dispose([nats, vector]);
}
