import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject, RngState } from '@pixelrnn/core';
import { errorCode, type FileSystem, messageOf, NODE_FILES, replaceFolder, restoreReplaced } from '@pixelrnn/files';
import type { ReportedTerms } from '@pixelrnn/trainer';
import { decodeSafetensors, encodeSafetensors, type FloatType, type NamedArrays } from '@pixelrnn/weights';
import { asExperiment, ExperimentError } from '../experiment-error.ts';
import { fileFailure, sha256, syncFolder, writeWhole } from '../files.ts';

export const CHECKPOINT_FORMAT = 1;

/** The best validation so far. */
export interface Best {
  readonly step: number;
  readonly nats: number;
  readonly bitsPerDim: number;
}

/** Sums over the training batches since the last line of the journal. */
export interface BatchSums {
  readonly nats: number;
  readonly bitsPerDim: number;
  /** Of what the model's objective reports beside them, by name. */
  readonly terms?: ReportedTerms;
  readonly count: number;
}

/** What belongs to a step beside the update itself. */
export type StepDuty = 'evaluation' | 'samples';

/** `state.json`: what is not an array. */
export interface CheckpointState {
  readonly format: number;
  readonly step: number;
  readonly epoch: number;
  readonly rng: RngState;
  /** Wall-clock time of the run so far, over all its sessions. */
  readonly seconds: number;
  readonly best?: Best;
  /** Not in the journal yet. */
  readonly recent?: BatchSums;
  /** What an interrupt has left undone of this step. */
  readonly undone?: readonly StepDuty[];
  /** What callbacks remember, by their names. */
  readonly callbacks?: Readonly<Record<string, JsonObject>>;
  /** Why the run was ended before its length was reached. */
  readonly stopped?: string;
}

/** All of a training state, and what is known beside it. */
export interface Checkpoint {
  readonly state: CheckpointState;
  readonly params: NamedArrays;
  readonly averaged?: NamedArrays;
  /** `<slot>/<parameter>`. */
  readonly optimizer: NamedArrays;
}

/** What it takes to judge a run and to draw from it, but not to go on: the averaged parameters, or else the parameters. */
export interface Weights {
  readonly state: CheckpointState;
  readonly weights: NamedArrays;
}

type Arrays = { readonly [name in (typeof ARRAYS)[number]]?: NamedArrays };

/** A checkpoint of which parts may be missing. */
type Saved = Arrays & { readonly state: CheckpointState; readonly dtype?: FloatType };

/** A checkpoint that is not what was written: a file of it is missing, or its checksum is another. */
export class DamagedError extends ExperimentError {}

const SUMS = 'SHA256SUMS';
const ARRAYS = ['params', 'averaged', 'optimizer'] as const;

export const checkpointFolder = (run: string, step: number): string => join(run, 'checkpoints', String(step));

/** Steps of the checkpoints of a run, ascending. */
export async function listCheckpoints(run: string): Promise<number[]> {
  return (await namesIn(join(run, 'checkpoints')))
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileFailure('read', folder, error);
  });
}

/**
 * Writes `checkpoints/<step>/`: aside under another name, with `SHA256SUMS` (which `sha256sum -c` understands), to the disk, then
 * renamed into place. A crash leaves the folder whole or not there.
 */
export const saveCheckpoint = (run: string, checkpoint: Checkpoint, files?: FileSystem): Promise<void> =>
  save(run, checkpoint, files);

/** The same for a checkpoint that keeps only what {@link readWeights} wants. */
export const saveWeights = (
  run: string,
  { state, weights, dtype }: Weights & { readonly dtype?: FloatType },
  files?: FileSystem,
): Promise<void> => save(run, { state, averaged: weights, dtype }, files);

async function save(run: string, checkpoint: Saved, files: FileSystem = NODE_FILES): Promise<void> {
  const folder = checkpointFolder(run, checkpoint.state.step);
  const aside = `${folder}.partial`;
  await remove(aside);
  try {
    const sums: string[] = [];
    for (const [name, content] of contents(checkpoint)) {
      await writeWhole(join(aside, name), content, files);
      sums.push(`${sha256(content)}  ${name}\n`);
    }
    await writeWhole(join(aside, SUMS), sums.join(''), files);
    await syncFolder(aside, files);
    await replaceFolder(aside, folder, files);
  } catch (error) {
    await remove(aside).catch(() => {});
    throw fileFailure('write', folder, error);
  }
}

function* contents({ state, dtype, ...arrays }: Saved): Generator<[name: string, content: string | Uint8Array]> {
  for (const name of ARRAYS) {
    const tensors = arrays[name];
    if (tensors) yield [`${name}.safetensors`, encodeSafetensors(tensors, { step: String(state.step) }, dtype)];
  }
  yield ['state.json', `${JSON.stringify(state, null, 2)}\n`];
}

/**
 * Reads a checkpoint and compares every file with its checksum.
 * @throws DamagedError if a file is missing or has another checksum
 * @throws ExperimentError for all else: files that cannot be read just now, another format, weights only
 */
export async function readCheckpoint(run: string, step: number): Promise<Checkpoint> {
  const { state, params, averaged, optimizer } = await readArrays(run, step);
  if (params && optimizer) return { state, params, optimizer, ...(averaged && { averaged }) };
  const folder = checkpointFolder(run, step);
  throw new ExperimentError(
    averaged ? `${folder} holds weights only: no run can go on from it` : `${folder} is incomplete: see ${SUMS}`,
  );
}

/**
 * Reads only what judging and drawing need; the checkpoint may be without the rest.
 * @throws ExperimentError as {@link readCheckpoint}
 */
export async function readWeights(run: string, step: number): Promise<Weights> {
  const { state, params, averaged } = await readArrays(run, step);
  const weights = averaged ?? params;
  if (!weights) throw new ExperimentError(`${checkpointFolder(run, step)} is incomplete: see ${SUMS}`);
  return { state, weights };
}

const readArrays = (run: string, step: number): Promise<Saved> => asExperiment(() => verifiedArrays(run, step));

async function verifiedArrays(run: string, step: number): Promise<Saved> {
  const folder = checkpointFolder(run, step);
  const sums = await readSums(folder);
  const bytes = new Map<string, Uint8Array>();
  for (const [name, sum] of sums) {
    const content = await read(join(folder, name));
    if (sha256(content) !== sum)
      throw new DamagedError(`${join(folder, name)} is damaged: its sha256 is not that in ${SUMS}`);
    bytes.set(name, content);
  }
  const arrays = (name: (typeof ARRAYS)[number]) => {
    const file = `${name}.safetensors`;
    return bytes.has(file) ? decodeSafetensors(bytes.get(file)!, join(folder, file)).tensors : undefined;
  };
  const [params, averaged, optimizer] = ARRAYS.map(arrays);
  if (!bytes.has('state.json')) throw new ExperimentError(`${folder} is incomplete: see ${SUMS}`);
  const state = parseState(bytes.get('state.json')!, folder);
  if (state.format !== CHECKPOINT_FORMAT)
    throw new ExperimentError(`${folder}: wanted format ${CHECKPOINT_FORMAT}, found ${state.format}`);
  return { state, params, averaged, optimizer };
}

function parseState(bytes: Uint8Array, folder: string): CheckpointState {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new ExperimentError(`${join(folder, 'state.json')} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

async function readSums(folder: string): Promise<Map<string, string>> {
  const lines = new TextDecoder()
    .decode(await read(join(folder, SUMS)))
    .split(/\r?\n/) // git and mail programs change the ends of lines
    .slice(0, -1);
  const sums = lines.map((line) => /^([0-9a-f]{64}) {2}([\w.]+)$/.exec(line));
  if (sums.length === 0 || sums.includes(null)) throw new DamagedError(`${join(folder, SUMS)} is damaged`);
  return new Map(sums.map((match) => [match![2], match![1]]));
}

/** A file that is there but cannot be read may be whole: rights, a network or the number of open files come back. */
async function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error) => {
    const failure = fileFailure('read', path, error);
    throw errorCode(error) === 'ENOENT' ? new DamagedError(failure.message, { cause: error }) : failure;
  });
}

/**
 * The newest checkpoint that is whole; every damaged one that was passed over is told. Undefined if there is none at all.
 * @throws ExperimentError if one that may be whole cannot be read: a run that went on from the one before would lose its steps
 */
export const newestCheckpoint = (run: string, onWarning: (line: string) => void): Promise<Checkpoint | undefined> =>
  newest(run, (line) => onWarning(`${line}, and setting this one aside`), readCheckpoint);

/** The same of {@link Weights}. */
export const newestWeights = (run: string, onWarning: (line: string) => void): Promise<Weights | undefined> =>
  newest(run, onWarning, readWeights);

async function newest<T>(
  run: string,
  onWarning: (line: string) => void,
  readOne: (run: string, step: number) => Promise<T>,
): Promise<T | undefined> {
  const steps = (await listCheckpoints(run)).reverse();
  let reason = '';
  for (const step of steps) {
    try {
      return await readOne(run, step);
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      reason ||= error.message;
      onWarning(`${error.message}; using the checkpoint before it`);
    }
  }
  if (steps.length > 0)
    throw new ExperimentError(
      `${join(run, 'checkpoints')}: none of the ${steps.length} checkpoints is whole (${reason})`,
    );
  return undefined;
}

/** Removes all checkpoints but the newest `keep` and the best. One that cannot be removed stays, and is told: nothing is lost by it. */
export async function pruneCheckpoints(
  run: string,
  { keep, best, onWarning }: { keep: number; best?: number; onWarning: (line: string) => void },
): Promise<void> {
  const steps = await listCheckpoints(run);
  const superfluous = steps.slice(0, Math.max(0, steps.length - keep)).filter((step) => step !== best);
  for (const step of superfluous)
    await removeCheckpoint(run, step).catch((error) => {
      const { message } = fileFailure('write', checkpointFolder(run, step), error);
      onWarning(`${message}; this checkpoint should have been removed, and stays`);
    });
}

/**
 * Renames the checkpoints after `step` to `<step>.unread`: damaged ones, which a run that goes on from `step` would take for its newest.
 * Somebody may still save something of them, so nothing is removed. Returns their new names.
 */
export async function setAsideCheckpoints(run: string, step: number): Promise<string[]> {
  const later = (await listCheckpoints(run)).filter((each) => each > step);
  const taken = new Set(await namesIn(join(run, 'checkpoints')));
  const names = later.map((each) => firstFree(`${each}.unread`, taken));
  for (const [i, name] of names.entries()) {
    const folder = checkpointFolder(run, later[i]);
    await rename(folder, join(run, 'checkpoints', name)).catch((error) => {
      throw fileFailure('write', folder, error);
    });
  }
  return names;
}

function firstFree(name: string, taken: ReadonlySet<string>, count = 1): string {
  const candidate = count === 1 ? name : `${name}-${count}`;
  return taken.has(candidate) ? firstFree(name, taken, count + 1) : candidate;
}

async function removeCheckpoint(run: string, step: number): Promise<void> {
  const folder = checkpointFolder(run, step);
  // Out of the list at once, so that a crash does not leave half a checkpoint there.
  await rename(folder, `${folder}.partial`);
  await remove(`${folder}.partial`);
}

/** Files and folders that are being written, under names that only we give. */
const PARTIAL = /^\d+\.partial$|\.\d+-[0-9a-f]{8}\.partial$/;

/** Removes what interrupted writes have left anywhere in the run, and ends a replacement that was cut short. */
export async function removePartial(run: string): Promise<void> {
  await restoreReplaced(join(run, 'checkpoints'));
  for (const folder of [run, ...['checkpoints', 'samples', 'completions'].map((name) => join(run, name))])
    for (const name of await namesIn(folder)) if (PARTIAL.test(name)) await remove(join(folder, name));
}

const remove = (path: string) => rm(path, { recursive: true, force: true });
