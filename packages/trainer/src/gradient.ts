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
  /** Of the images' −log p. */
  readonly nats: tf.Scalar;
  /** Of the derivatives, by all parameters, of what the model minimizes: the same, unless it has an `objective`. */
  readonly vector: tf.Tensor1D;
  /** Of what its objective reports beside the nats, [n] each. */
  readonly terms?: Terms;
}

/** Means of batches, by name. */
export type Terms = { readonly [name: string]: tf.Tensor1D };

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
 * The gradient of a batch's mean nats per image, or of some of its shards. A shard's gradient is a function of the parameters, the
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
    const whole = batchTensors(model, batch, { training: true, rng, step: state.step });
    const gradient = (index: number): Gradient => {
      const shard = shards === 1 ? whole : shardOf(whole, index, batch.count / shards);
      const {
        loss,
        nats = loss,
        terms,
        vector,
      } = differentiate(state.params, tf.scalar(1 / batch.count), (params) =>
        sumsOf(model, unflatten(params, shapes), shard),
      );
      const mean = <T extends tf.Tensor>(sum: T): T => tf.div<T>(sum, batch.count);
      return { nats: mean(nats), vector, ...(terms && { terms: mapTerms(terms, mean) }) };
    };
    return treeSum(own, gradient, add);
  });
}

/** Sums over images. */
interface Sums {
  /** What is differentiated. */
  readonly loss: tf.Scalar;
  /** Where it is not the same. */
  readonly nats?: tf.Scalar;
  readonly terms?: Terms;
}

function sumsOf(model: GenerativeModel, params: Params, { images, context }: Images): Sums {
  if (!model.objective) return { loss: tf.sum(model.nats(params, images, context)) as tf.Scalar };
  const { loss, nats, terms }: Objective = model.objective(params, images, context);
  return {
    loss: tf.sum(loss) as tf.Scalar,
    nats: tf.sum(nats) as tf.Scalar,
    terms: terms && mapTerms(terms, (term) => tf.sum(term, 0)),
  };
}

/** The derivative of a loss, times `factor`; what its function computes beside the loss is handed out, and not differentiated. */
function differentiate(
  params: tf.Tensor1D,
  factor: tf.Scalar,
  sums: (params: tf.Tensor1D) => Sums,
): Sums & Pick<Gradient, 'vector'> {
  const kept: tf.Tensor[] = [];
  const keep = <T extends tf.Tensor>(tensor: T): T => {
    kept.push(tf.keep(tensor));
    return tensor;
  };
  let beside: Omit<Sums, 'loss'> = {};
  const loss = (values: tf.Tensor) => {
    const { loss, nats, terms } = sums(values as tf.Tensor1D);
    beside = { nats: nats && keep(nats), terms: terms && mapTerms(terms, keep) };
    return loss;
  };
  try {
    const { value, grad } = tf.valueAndGrad(loss)(params, factor);
    const { nats, terms } = beside;
    return {
      loss: value as tf.Scalar,
      nats: nats && tf.clone(nats),
      terms: terms && mapTerms(terms, (term) => tf.clone(term)),
      vector: grad as tf.Tensor1D,
    };
  } finally {
    tf.dispose(kept);
  }
}

const mapTerms = <T extends tf.Tensor>(
  terms: { readonly [name: string]: T },
  change: (term: T, name: string) => tf.Tensor,
): Terms => Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, change(term, name) as tf.Tensor1D]));

type Images = { readonly images: tf.Tensor4D; readonly context: Context };

/** One shard, with random numbers of its own. */
function shardOf({ images, context }: Images, index: number, size: number): Images {
  const part = <T extends tf.Tensor>(whole: T): T => tf.slice(whole, index * size, size);
  const { rng, labels, vector, map } = context;
  return {
    images: part(images),
    context: {
      ...context,
      rng: rng?.fork(index),
      ...(labels && { labels: part(labels) }),
      ...(vector && { vector: part(vector) }),
      ...(map && { map: part(map) }),
    },
  };
}

/**
 * The sum of the gradients of parts of a batch, in the order of a binary tree, neighbours first: ((0+1)+(2+3))+((4+5)+(6+7)). Of equal
 * groups of 2ᵏ shards in their order, it has the bits of {@link batchGradient} of all of them. The parts are left alone.
 */
export function addGradients(parts: readonly Gradient[]): Gradient {
  if (parts.length === 0) throw new Error('addGradients: wanted at least one gradient, got none');
  const copy = ({ nats, vector, terms }: Gradient): Gradient => ({
    nats: tf.clone(nats),
    vector: tf.clone(vector),
    ...(terms && { terms: mapTerms(terms, (term) => tf.clone(term)) }),
  });
  return treeSum({ from: 0, to: parts.length }, (index) => copy(parts[index]), add);
}

const add = (left: Gradient, right: Gradient): Gradient => ({
  nats: tf.add(left.nats, right.nats) as tf.Scalar,
  vector: tf.add(left.vector, right.vector) as tf.Tensor1D,
  ...(left.terms && { terms: mapTerms(left.terms, (term, name) => tf.add(term, right.terms![name])) }),
});

/** Frees the tensors of a gradient. */
export function disposeGradient({ nats, vector, terms }: Gradient): void {
  tf.dispose([nats, vector, ...Object.values(terms ?? {})]);
}
