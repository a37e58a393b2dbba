import type { GenerativeModel, Host, Params } from '@pixelrnn/core';
import type { Dataset } from '@pixelrnn/data';
import { modelShapes, unflatten } from '@pixelrnn/trainer';
import { type NamedArrays, vectorOf } from '@pixelrnn/weights';
import * as tf from '@tensorflow/tfjs-core';
import {
  type CheckpointState,
  DamagedError,
  listCheckpoints,
  newestWeights,
  readWeights,
  type Weights,
} from '../checkpoint/checkpoint.ts';
import { weightsOf } from '../checkpoint/train-state.ts';
import { asExperiment, ExperimentError, OptionError } from '../experiment-error.ts';
import { modelOf } from '../recipe/resolve-recipe.ts';
import { type DataSource, openRecipeDataset } from '../train/session.ts';
import { noRunIn, type RunConfig, readRunConfig } from './run-config.ts';

/** Which checkpoint of a run to open, and where its data lie. */
export interface OpenRunOptions extends DataSource {
  /** `best` by validation, `latest`, or a step. Default: `best`. */
  readonly checkpoint?: 'best' | 'latest' | number;
  /** One line each: a damaged checkpoint, other data. */
  readonly onWarning?: (line: string) => void;
}

/** A trained model as it lies in a run folder. */
export interface Run {
  readonly folder: string;
  readonly config: RunConfig;
  readonly model: GenerativeModel;
  /** Of the checkpoint. */
  readonly state: CheckpointState;
  /** The averaged parameters, or the parameters where the run keeps no average, under the names of their tree. */
  readonly arrays: NamedArrays;
  /** The same as a tree, for streaming. */
  readonly weights: Host<Params>;
  /** The same as tensors on the active backend; the caller's to dispose. */
  params(): Params;
  /** The data that the model was trained on. */
  dataset(): Promise<Dataset>;
}

/**
 * Opens a run folder: its config, its model and the parameters of a checkpoint.
 * @throws ExperimentError if there is no run, or no checkpoint that is whole; OptionError if there is none of the step that is wanted
 */
export function openRun(folder: string, options: OpenRunOptions = {}): Promise<Run> {
  return asExperiment(async () => {
    const config = await readRunConfig(folder);
    if (!config) throw noRunIn(folder);
    const model = modelOf(config.recipe, folder);
    const checkpoint = await chosenCheckpoint(folder, options);
    const shapes = modelShapes(model);
    const vector = vectorOf(checkpoint.weights, shapes, `checkpoint ${checkpoint.state.step}`);
    return {
      folder,
      config,
      model,
      state: checkpoint.state,
      arrays: checkpoint.weights,
      weights: weightsOf(vector, shapes),
      params: () => tf.tidy(() => unflatten(tf.tensor1d(vector), shapes)),
      dataset: () => asExperiment(() => openRecipeDataset(config.recipe, options)),
    };
  });
}

async function chosenCheckpoint(
  folder: string,
  { checkpoint = 'best', onWarning = () => {} }: OpenRunOptions,
): Promise<Weights> {
  if (typeof checkpoint === 'number') {
    const steps = await listCheckpoints(folder);
    if (steps.length > 0 && !steps.includes(checkpoint))
      throw new OptionError(
        'checkpoint',
        `wanted best, latest or one of the steps that ${folder} has, ${steps.join(', ')}, got ${checkpoint}`,
      );
    if (steps.length > 0) return readWeights(folder, checkpoint);
  }
  const newest = await newestWeights(folder, onWarning);
  if (!newest) throw new ExperimentError(`${folder} has no checkpoint yet: it was stopped before the first one`);
  const { best, step } = newest.state;
  if (checkpoint === 'latest' || best === undefined || best.step === step) return newest;
  try {
    return await readWeights(folder, best.step);
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    onWarning(`${error.message}; using checkpoint ${step} instead of the best`);
    return newest;
  }
}
