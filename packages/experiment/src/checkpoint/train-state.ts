import { type Host, type Params, treeFrom } from '@pixelrnn/core';
import type { OptimizerState, Shapes, TrainState } from '@pixelrnn/trainer';
import { type NamedArray, type NamedArrays, nameVector, vectorOf } from '@pixelrnn/weights';
import * as tf from '@tensorflow/tfjs-core';
import { ExperimentError } from '../experiment-error.ts';
import { CHECKPOINT_FORMAT, type Checkpoint, type CheckpointState } from './checkpoint.ts';

const valuesOf = async (tensor: tf.Tensor): Promise<Float32Array> => (await tensor.data()) as Float32Array;

/** What is to be known beside a training state. */
export type BesideState = Omit<CheckpointState, 'format' | 'step' | 'rng'>;

/** Reads a training state from the device, with what is to be known beside it. */
export async function checkpointOf(
  { step, params, averaged, optimizer, rng }: TrainState,
  shapes: Shapes,
  beside: BesideState,
): Promise<Checkpoint> {
  const slots = new Map<string, NamedArray>();
  for (const [slot, tensor] of Object.entries(optimizer))
    for (const [name, array] of nameVector(await valuesOf(tensor), shapes, `${slot}/`)) slots.set(name, array);
  return {
    state: { format: CHECKPOINT_FORMAT, step, rng, ...beside },
    params: nameVector(await valuesOf(params), shapes),
    ...(averaged && { averaged: nameVector(await valuesOf(averaged), shapes) }),
    optimizer: slots,
  };
}

/**
 * The training state of a checkpoint, on the device.
 * @param template the state of a new run, which says what there has to be; it is left alone
 */
export function trainStateOf(checkpoint: Checkpoint, shapes: Shapes, template: TrainState): TrainState {
  const { state, params, averaged, optimizer } = checkpoint;
  const source = `checkpoint ${state.step}`;
  const vector = (arrays: NamedArrays, prefix?: string) => tf.tensor1d(vectorOf(arrays, shapes, source, prefix));
  if ((averaged === undefined) !== (template.averaged === undefined))
    throw new ExperimentError(`${source}: wanted ${template.averaged ? 'an' : 'no'} average of the parameters`);
  const slots = Object.keys(template.optimizer).map((slot) => [slot, vector(optimizer, `${slot}/`)]);
  return {
    step: state.step,
    params: vector(params),
    ...(averaged && { averaged: vector(averaged) }),
    optimizer: Object.fromEntries(slots) as OptimizerState,
    rng: state.rng,
  };
}

/** Weights for streaming: what sampling needs of a vector of parameters. */
export function weightsOf(vector: Float32Array, shapes: Shapes): Host<Params> {
  const values = [...nameVector(vector, shapes)].map(([path, array]): [string, Float32Array] => [path, array.values]);
  return treeFrom(shapes, new Map(values)) as Host<Params>;
}
