import type { JsonObject } from '@pixelrnn/core';
import type { FileSystem } from '@pixelrnn/data/node';
import {
  DivergedError,
  disposeState,
  initialState,
  modelShapes,
  type Shapes,
  type TrainState,
  train,
} from '@pixelrnn/trainer';
import { calibrate } from './calibrate.ts';
import {
  type Best,
  type Checkpoint,
  checkpointFolder,
  dropCheckpoints,
  listCheckpoints,
  newestCheckpoint,
  removePartial,
} from './checkpoint.ts';
import { datasetConditions, differenceInWords } from './conditions.ts';
import { environment } from './environment.ts';
import { asExperiment, ExperimentError } from './experiment-error.ts';
import { NODE_FILES } from './files.ts';
import { rewindJournal } from './journal.ts';
import { countValues } from './named-vector.ts';
import type { TrainProgress } from './progress.ts';
import type { Recipe } from './recipe-schema.ts';
import { recorder } from './recorder.ts';
import { writeReport } from './report.ts';
import { modelOf } from './resolve-recipe.ts';
import {
  checkSameRecipe,
  configHash,
  RUN_FORMAT,
  type RunConfig,
  readRunConfig,
  writeRunConfig,
} from './run-config.ts';
import { checkFits, openRecipeDataset, plannedSteps, type Session, trainOptions } from './session.ts';
import { trainStateOf } from './train-state.ts';

/** What to train, where, and whom to tell. */
export interface TrainRunOptions {
  /** Run folder. */
  readonly out: string;
  /** What to train (see `resolveRecipe`). With `resume` it may be left out, and must be the run's own otherwise. */
  readonly recipe?: Recipe;
  /** Go on with the run that is there, if there is one. */
  readonly resume?: boolean;
  /** Folder of the data sets. */
  readonly dataDir?: string;
  /** What runs the tensors, for the record. */
  readonly backend?: JsonObject;
  /** Ends the run after the step in progress; it is saved. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** One line each: a damaged checkpoint, an implausible result. */
  readonly onWarning?: (line: string) => void;
  /** The file system, for tests. */
  readonly files?: FileSystem;
}

/** How far a run has come. */
export interface TrainRunResult {
  readonly folder: string;
  readonly step: number;
  readonly steps: number;
  /** The signal came before all was done. */
  readonly interrupted: boolean;
  /** Wall-clock time of training, over all sessions. */
  readonly seconds: number;
  readonly parameters: number;
  /** Newest validation of this session, on `evaluateImages` images. */
  readonly valid?: Best;
  readonly best?: Best;
  /** Path of `report.html`. */
  readonly report?: string;
}

const BEFORE_THE_FIRST_STEP = { step: 0, steps: 0, epoch: 0, nats: 0, bitsPerDim: 0, imagesPerSecond: 0, eta: 0 };

/**
 * Trains a recipe in a run folder, or goes on with one. Killed at any moment, the folder can be resumed, and then ends with the same
 * bits on the same backend as if it had not been.
 * @throws ExperimentError with one line for the user
 */
export function trainRun(options: TrainRunOptions): Promise<TrainRunResult> {
  return asExperiment(async () => {
    const run = await openForTraining(options);
    if (run === 'interrupted')
      return { folder: options.out, step: 0, steps: 0, interrupted: true, seconds: 0, parameters: 0 };
    return trainSession(run.session, run.config, options);
  });
}

/** Opens the folder, the model and the data; writes the config of a new run. */
async function openForTraining(
  options: TrainRunOptions,
): Promise<{ session: Session; config: RunConfig } | 'interrupted'> {
  const { out: folder, resume = false, dataDir, signal, files = NODE_FILES } = options;
  const stored = await readRunConfig(folder);
  if (stored && !resume)
    throw new ExperimentError(`${folder} holds a run already: resume it, or choose another folder`);
  if (stored && options.recipe) checkSameRecipe(folder, stored.recipe, options.recipe);
  const recipe = stored?.recipe ?? options.recipe;
  if (!recipe) throw new ExperimentError(`${folder} holds no run to resume: there is no config.json`);
  if (!stored && (await listCheckpoints(folder)).length > 0)
    throw new ExperimentError(`${folder} holds checkpoints, but no config.json to go with them: choose another folder`);
  const model = modelOf(recipe);
  const dataset = await openRecipeDataset(recipe, dataDir);
  checkFits(model, dataset);
  const session: Session = { folder, recipe, model, dataset, files };
  await removePartial(folder);
  if (stored) {
    checkSameConditions(stored, session, options);
    return { session, config: stored };
  }

  const planned = plannedSteps(recipe, dataset);
  if (planned === undefined) options.onProgress?.({ phase: 'calibrating', ...BEFORE_THE_FIRST_STEP });
  const length = planned === undefined ? await calibrate(session, signal) : { steps: planned };
  if (!length) return 'interrupted';
  const config: RunConfig = {
    format: RUN_FORMAT,
    hash: configHash(recipe, length.steps),
    recipe,
    ...length,
    dataset: datasetConditions(dataset),
    parameters: countValues(modelShapes(model)),
    environment: environment(options.backend),
    created: new Date().toISOString(),
  };
  await writeRunConfig(folder, config, files);
  return { session, config };
}

/** Other data end the run; another backend only rounds otherwise. */
function checkSameConditions(stored: RunConfig, { folder, dataset }: Session, options: TrainRunOptions): void {
  const difference = differenceInWords(stored.dataset, datasetConditions(dataset));
  if (difference) throw new ExperimentError(`${folder} was begun on other data: ${dataset.name} with ${difference}`);
  const backend = differenceInWords(backendName(stored.environment), backendName(environment(options.backend)));
  if (backend) options.onWarning?.(`${folder} was begun with ${backend}: it will not end with the same bits`);
}

const backendName = ({ backend }: JsonObject) => ({ backend: (backend as JsonObject).backend });

async function trainSession(session: Session, config: RunConfig, options: TrainRunOptions): Promise<TrainRunResult> {
  const { folder, files } = session;
  const { signal, onProgress, onWarning = () => {} } = options;
  const { steps, parameters } = config;
  const checkpoint = await newestCheckpoint(folder, onWarning);
  const { state: startState, shapes } = startingState(session, steps, checkpoint);
  await dropCheckpoints(folder, startState.step);
  const dropped = await rewindJournal(folder, startState.step, files, checkpoint?.state.undone);
  const record = recorder({ session, steps, start: checkpoint?.state, signal, onProgress, onWarning });
  const conditions = { hash: config.hash, environment: environment(options.backend) };
  await record.journal({ event: checkpoint ? 'resume' : 'start', step: startState.step, dropped, ...conditions });

  let epoch = checkpoint?.state.epoch ?? 0;
  let state: TrainState = startState;
  try {
    await record.catchUp({ step: startState.step, state: startState, shapes });
    state = await train({
      ...trainOptions(session, steps, startState.step),
      startState,
      onStep: async (report) => {
        epoch = report.epoch;
        await record.onStep(report);
      },
      shouldStop: () => signal?.aborted ?? false,
    });
    await record.save(state, shapes, epoch);
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    const good = record.savedStep();
    const place =
      good >= 0 ? `the last good checkpoint is ${checkpointFolder(folder, good)}` : 'there is no checkpoint yet';
    throw new ExperimentError(`${error.message}; ${place}`, { cause: error });
  } finally {
    disposeState(startState);
    if (state !== startState) disposeState(state);
  }
  const interrupted = state.step < steps || !record.isComplete();
  await record.journal({ event: 'end', step: state.step, interrupted });
  const report = await writeReport(folder, { files });
  return {
    folder,
    step: state.step,
    steps,
    interrupted,
    seconds: record.seconds(),
    parameters,
    valid: record.valid(),
    best: record.best(),
    report,
  };
}

function startingState(
  session: Session,
  steps: number,
  checkpoint?: Checkpoint,
): { state: TrainState; shapes: Shapes } {
  const { model, recipe } = session;
  const { optimizer, ema } = trainOptions(session, steps);
  const shapes = modelShapes(model);
  const fresh = initialState({ model, optimizer, seed: recipe.seed, ema: ema !== undefined });
  if (!checkpoint) return { state: fresh, shapes };
  const state = trainStateOf(checkpoint, shapes, fresh);
  disposeState(fresh);
  return { state, shapes };
}
