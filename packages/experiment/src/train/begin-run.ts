import { type Communicator, ownShards } from '@pixelrnn/cluster';
import { canonicalJson, type JsonObject } from '@pixelrnn/core';
import type { Dataset } from '@pixelrnn/data';
import { type FileSystem, NODE_FILES } from '@pixelrnn/files';
import { modelShapes } from '@pixelrnn/trainer';
import { countValues } from '@pixelrnn/weights';
import { listCheckpoints } from '../checkpoint/checkpoint.ts';
import { environment } from '../environment.ts';
import { asExperiment, ExperimentError } from '../experiment-error.ts';
import { withAbsolutePath, withImages } from '../recipe/image-options.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { modelOf } from '../recipe/resolve-recipe.ts';
import { type RunRecipe, withDataset } from '../recipe/run-recipe.ts';
import { datasetConditions, differenceInWords, otherData } from '../run/conditions.ts';
import {
  checkRunFolder,
  checkSameRecipe,
  configHash,
  noRunIn,
  RUN_FORMAT,
  type RunConfig,
  readRunConfig,
  writeRunConfig,
} from '../run/run-config.ts';
import { leftOutSince } from './amendment.ts';
import { calibrate } from './calibrate.ts';
import { type FoundOrigin, originOf } from './origin.ts';
import type { TrainProgress } from './progress.ts';
import type { Ranks } from './ranks/ranks.ts';
import type { RunCallback } from './recorders/callback.ts';
import { checkFits, type DataSource, plannedSteps, type Session } from './session.ts';
import { type LeaveOut, openWholeDataset } from './whole-dataset.ts';

/** What to train, where, and whom to tell. */
export interface TrainRunOptions extends DataSource {
  /** Run folder. */
  readonly out: string;
  /**
   * What to train (see `resolveRecipe`). With `resume` it may be left out, and must be the run's own otherwise. It names no data set, or
   * the same, where `dataset` hands one in.
   */
  readonly recipe?: Recipe;
  /** Go on with the run that is there, if there is one. */
  readonly resume?: boolean;
  /**
   * With `resume`, the length to go on to: at least that which the run has. Its schedule is made anew for the new length; it is refused if
   * that leaves nothing to learn with.
   */
  readonly steps?: number;
  /** Images to train without, by their paths below the folder, or `bad`: all that cannot be read, each of which is decoded to know. */
  readonly leaveOut?: LeaveOut;
  /** A run folder with the weights to begin from: those that it is judged by. Names and shapes must be the model's, but for those of a condition. */
  readonly init?: string;
  /** See {@link RunCallback}; called in this order, after the journal and before validation. */
  readonly callbacks?: readonly RunCallback[];
  /** What runs the tensors, for the record. */
  readonly backend?: JsonObject;
  /** The processes that train the run together, each of which calls `trainRun` (see `@pixelrnn/cluster`). Default: this one alone. */
  readonly cluster?: Communicator;
  /** Ends the run after the step in progress; it is saved. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** One line each: a damaged checkpoint, an implausible result. */
  readonly onWarning?: (line: string) => void;
  /** The file system, for tests. */
  readonly files?: FileSystem;
}

/** The same, with who trains. */
export interface RankOptions extends Omit<TrainRunOptions, 'cluster'> {
  readonly ranks: Ranks;
}

const BEFORE_THE_FIRST_STEP = { step: 0, steps: 0, epoch: 0, nats: 0, bitsPerDim: 0, imagesPerSecond: 0, eta: 0 };

/** What is known before the first step. */
export interface OpenSession {
  readonly session: Session;
  /** Of the run that is in the folder. */
  readonly stored?: RunConfig;
  /** Of a new run that begins from the weights of another. */
  readonly origin?: FoundOrigin;
}

/**
 * Opens the model and the data of a new run, or of the one that is `stored` in the folder. Writes nothing.
 * @throws ExperimentError if they do not fit together, or are not those that the run was begun with
 */
export async function openSession(options: RankOptions): Promise<OpenSession> {
  const { out: folder, resume = false, files = NODE_FILES, ranks } = options;
  const stored = await readRunConfig(folder);
  if (stored && !resume) throw runThere(folder);
  const asked =
    options.recipe &&
    withShards(
      withDataset(options.recipe, 'recipe', options.dataset),
      stored?.recipe.shards ?? ranks.communicator.size,
    );
  if (stored && asked)
    checkSameRecipe(folder, withCurrentModel(stored.recipe, folder), withCurrentModel(asked, 'recipe'));
  if (stored && options.init !== undefined && !stored.init)
    throw new ExperimentError(`${folder} was begun without the weights of another run: choose another folder`);
  const recipe = stored?.recipe ?? (asked && withAbsolutePath(asked));
  if (!stored && options.steps !== undefined)
    throw new ExperimentError(`${folder} holds no run to go on with: the length of a new one is that of its recipe`);
  if (!recipe) throw noRunIn(folder, 'no run to resume');
  if (!stored) await checkNew(folder);
  checkShards(recipe, ranks);
  const model = modelOf(recipe, stored ? folder : 'recipe');
  // Before the data, which may take long to open.
  const origin =
    !stored && options.init !== undefined
      ? await originOf({ model, recipe }, options.init, options.onWarning)
      : undefined;
  const { images, ...source } = options;
  const { dataset, recipe: whole } = await openWholeDataset(
    images === undefined ? recipe : withImages(recipe, images),
    {
      ...source,
      onChecked: (done, total) =>
        options.onProgress?.({ ...BEFORE_THE_FIRST_STEP, phase: 'checking', step: done, steps: total }),
    },
  );
  // Who goes on has been told.
  if (!stored) {
    for (const note of dataset.notes ?? []) options.onWarning?.(`${dataset.name}: ${note}`);
    const { size } = ranks.communicator;
    if (size > 1 && options.recipe?.shards === 1)
      options.onWarning?.(
        `each batch is cut into ${size} shards, one for each rank: the run can go on on no more ranks`,
      );
  }
  checkFits(model, dataset);
  checkBatch(whole, dataset);
  const session: Session = { folder, recipe: whole, model, dataset, files, ranks };
  if (stored) checkSameConditions(stored, session, options);
  return { session, stored, origin };
}

/**
 * Sees that a recipe may be trained in a folder, as `trainRun` will: for who has something else to do before. Writes nothing.
 * @throws ExperimentError if there is a run that is not to be resumed, or what is no run
 */
export async function checkPlace(folder: string, resume = false): Promise<void> {
  const stored = await readRunConfig(folder);
  if (stored && !resume) throw runThere(folder);
  if (!stored) await asExperiment(() => checkNew(folder));
}

const runThere = (folder: string): ExperimentError =>
  new ExperimentError(`${folder} holds a run already: resume it, or choose another folder`);

async function checkNew(folder: string): Promise<void> {
  if ((await listCheckpoints(folder)).length > 0)
    throw new ExperimentError(`${folder} holds checkpoints, but no config.json to go with them: choose another folder`);
  await checkRunFolder(folder);
}

/** @throws ExperimentError if not one batch can be made of the images */
function checkBatch({ batchSize }: RunRecipe, dataset: Dataset): void {
  const images = dataset.size('train');
  if (images >= batchSize) return;
  if (images === 0) throw new ExperimentError(`${dataset.name}: wanted images to train on, found none`);
  throw new ExperimentError(
    `batchSize: wanted at most ${images}, the training images of ${dataset.name}, got ${batchSize}; --set batchSize=${images} takes them all`,
  );
}

/**
 * What {@link openSession} has found, or what it finds now if the folder's config has changed since: for who has got the folder's lock,
 * which keeps others from changing it again. To open first and lock then leaves no trace where there is nothing to train.
 */
export async function reopenSession(opened: OpenSession, options: RankOptions): Promise<OpenSession> {
  const now = await readRunConfig(opened.session.folder);
  return canonicalJson(now ?? null) === canonicalJson(opened.stored ?? null) ? opened : openSession(options);
}

/** Finds out the length of a new run and writes its config. Undefined if the signal came first. */
export async function beginRun({ session, origin }: OpenSession, options: RankOptions): Promise<RunConfig | undefined> {
  const { folder, recipe, model, dataset, files } = session;
  const planned = plannedSteps(recipe, dataset);
  if (planned === undefined) options.onProgress?.({ phase: 'calibrating', ...BEFORE_THE_FIRST_STEP });
  const length = planned === undefined ? await calibrate(session, options.signal) : { steps: planned };
  if (!length) return undefined;
  const begun = { recipe, ...length, ...(origin && { init: origin.record }) };
  const config: RunConfig = {
    format: RUN_FORMAT,
    hash: configHash(begun),
    ...begun,
    dataset: datasetConditions(dataset),
    parameters: countValues(modelShapes(model)),
    environment: environment(options.backend),
    created: new Date().toISOString(),
  };
  await writeRunConfig(folder, config, files);
  return config;
}

/** One shard is what a recipe has that says nothing: then each rank has one, or a run that is there keeps its own. */
const withShards = (recipe: RunRecipe, shards: number): RunRecipe =>
  recipe.shards === 1 ? { ...recipe, shards } : recipe;

/** @throws ExperimentError unless the ranks divide the shards, and these the batch */
function checkShards({ shards, batchSize }: RunRecipe, { communicator }: Ranks): void {
  ownShards(shards, communicator);
  if (batchSize % shards !== 0)
    throw new ExperimentError(`wanted a batchSize that ${shards} shards divide among them, got ${batchSize}`);
}

/** The recipe with its model as it is written today: the same for what an older version has stored, and for defaults that are left out. */
const withCurrentModel = (recipe: RunRecipe, source: string): RunRecipe => ({
  ...recipe,
  model: modelOf(recipe, source).config as RunRecipe['model'],
});

/** Other data end the run; another backend only rounds otherwise. */
function checkSameConditions(stored: RunConfig, session: Session, options: RankOptions): void {
  const { folder, dataset, recipe } = session;
  const difference = otherData(stored.dataset, dataset, leftOutSince(stored, recipe).length > 0);
  if (difference) throw new ExperimentError(`${folder} was begun on other data: ${dataset.name} with ${difference}`);
  const backend = differenceInWords(backendName(stored.environment), backendName(environment(options.backend)));
  if (backend) options.onWarning?.(`${folder} was begun with ${backend}: it will not end with the same bits`);
}

const backendName = ({ backend }: JsonObject) => ({ backend: (backend as JsonObject).backend });
