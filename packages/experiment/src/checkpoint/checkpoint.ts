import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject, RngState } from '@pixelrnn/core';
import { errorCode, type FileSystem, NODE_FILES, replaceFolder, restoreReplaced } from '@pixelrnn/files';
import type { ReportedTerms } from '@pixelrnn/trainer';
import { decodeSafetensors, encodeSafetensors, type NamedArrays } from '@pixelrnn/weights';
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
type Saved = Arrays & { readonly state: CheckpointState };

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
export const saveWeights = (run: string, { state, weights }: Weights, files?: FileSystem): Promise<void> =>
  save(run, { state, averaged: weights }, files);

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

function* contents({ state, ...arrays }: Saved): Generator<[name: string, content: string | Uint8Array]> {
  for (const name of ARRAYS) {
    const tensors = arrays[name];
    if (tensors) yield [`${name}.safetensors`, encodeSafetensors(tensors, { step: String(state.step) })];
  }
  yield ['state.json', `${JSON.stringify(state, null, 2)}\n`];
}

/**
 * Reads a checkpoint and compares every file with its checksum.
 * @throws ExperimentError if a file is missing or damaged, or if it holds weights only
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
      throw new ExperimentError(`${join(folder, name)} is damaged: its sha256 is not that in ${SUMS}`);
    bytes.set(name, content);
  }
  const arrays = (name: (typeof ARRAYS)[number]) => {
    const file = `${name}.safetensors`;
    return bytes.has(file) ? decodeSafetensors(bytes.get(file)!, join(folder, file)).tensors : undefined;
  };
  const [params, averaged, optimizer] = ARRAYS.map(arrays);
  if (!bytes.has('state.json')) throw new ExperimentError(`${folder} is incomplete: see ${SUMS}`);
  const state: CheckpointState = JSON.parse(new TextDecoder().decode(bytes.get('state.json')));
  if (state.format !== CHECKPOINT_FORMAT)
    throw new ExperimentError(`${folder}: wanted format ${CHECKPOINT_FORMAT}, found ${state.format}`);
  return { state, params, averaged, optimizer };
}

async function readSums(folder: string): Promise<Map<string, string>> {
  const lines = new TextDecoder()
    .decode(await read(join(folder, SUMS)))
    .split(/\r?\n/) // git and mail programs change the ends of lines
    .slice(0, -1);
  const sums = lines.map((line) => /^([0-9a-f]{64}) {2}([\w.]+)$/.exec(line));
  if (sums.length === 0 || sums.includes(null)) throw new ExperimentError(`${join(folder, SUMS)} is damaged`);
  return new Map(sums.map((match) => [match![2], match![1]]));
}

async function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error) => {
    throw fileFailure('read', path, error);
  });
}

/** The newest checkpoint that is whole; every damaged one that was passed over is told. Undefined if there is none at all. */
export const newestCheckpoint = (run: string, onWarning: (line: string) => void): Promise<Checkpoint | undefined> =>
  newest(run, onWarning, readCheckpoint);

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
      if (!(error instanceof ExperimentError)) throw error;
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

/** Removes all checkpoints but the newest `keep` and the best. */
export async function pruneCheckpoints(run: string, keep: number, best?: number): Promise<void> {
  const steps = await listCheckpoints(run);
  const superfluous = steps.slice(0, Math.max(0, steps.length - keep)).filter((step) => step !== best);
  for (const step of superfluous) await removeCheckpoint(run, step);
}

/** Removes the checkpoints after `step`: damaged ones, which a run that goes on from `step` would take for its newest. */
export async function dropCheckpoints(run: string, step: number): Promise<void> {
  for (const later of await listCheckpoints(run)) if (later > step) await removeCheckpoint(run, later);
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
