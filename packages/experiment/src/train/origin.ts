import { basename } from 'node:path';
import { type GenerativeModel, leaves, sizeOf } from '@pixelrnn/core';
import { modelShapes, type Shapes } from '@pixelrnn/trainer';
import { differencesFrom, type NamedArrays, vectorOf } from '@pixelrnn/weights';
import { ExperimentError } from '../experiment-error.ts';
import { sha256 } from '../files.ts';
import { openRun } from '../run/open-run.ts';
import type { Origin, RunConfig } from '../run/run-config.ts';
import type { Session } from './session.ts';

/** How many differences are named. */
const SHOWN = 3;

/** Weights to begin from. */
export interface FoundOrigin {
  readonly vector: Float32Array;
  readonly record: Origin;
}

/** A weight of a condition, by its path: V, U and M of the Gated PixelCNN paper (eq. 4), and what PixelRNN's layers and PixelCNN++ have of the kind. */
const OF_CONDITION = /\/(classes|vector|map)(\/|$)/;

/**
 * The weights that a new run begins from: the averaged parameters of another's best checkpoint. Where that one has not learned under a condition which
 * this model takes, the weights of the condition begin at zero, and so the model as the other ended.
 * @throws ExperimentError naming the first differences, if they are not the parameters of this model
 */
export async function originOf(
  model: GenerativeModel,
  folder: string,
  onWarning?: (line: string) => void,
): Promise<FoundOrigin> {
  const { arrays: found, config, state } = await openRun(folder, { onWarning });
  const shapes: Shapes = modelShapes(model);
  const added = leaves<readonly number[]>(shapes).filter(([path]) => !found.has(path) && OF_CONDITION.test(path));
  if (added.length > 0)
    onWarning?.(`${folder}: has no weights of a condition: ${added.length} begin at zero (${added[0][0]}, …)`);
  const arrays: NamedArrays = new Map([
    ...found,
    ...added.map(([path, shape]) => [path, { shape, values: new Float32Array(sizeOf(shape)) }] as const),
  ]);
  const differences = differencesFrom(shapes, arrays);
  if (differences.length > 0) {
    const more = differences.length > SHOWN ? ` (${differences.length} in all)` : '';
    throw new ExperimentError(
      `${folder}: its weights are not those of this model: ${differences.slice(0, SHOWN).join('; ')}${more}`,
    );
  }
  const vector = vectorOf(arrays, shapes, folder);
  const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
  return {
    vector,
    record: { run: basename(folder), hash: config.hash, step: state.step, sha256: sha256(bytes) },
  };
}

/**
 * The same of a run that was begun so and has kept no checkpoint yet: the weights have to be those that it was begun with.
 * @throws ExperimentError if they are not at hand, or others
 */
export async function sameOrigin(
  session: Session,
  { init: wanted }: Pick<RunConfig, 'init'>,
  init?: string,
  onWarning?: (line: string) => void,
): Promise<Float32Array | undefined> {
  if (!wanted) return undefined;
  if (init === undefined)
    throw new ExperimentError(
      `${session.folder} was stopped before it kept the weights of ${wanted.run} that it begins from: name that run again (init)`,
    );
  const { vector, record } = await originOf(session.model, init, onWarning);
  if (record.sha256 !== wanted.sha256)
    throw new ExperimentError(
      `${init}: its weights are not those that ${session.folder} was begun from, of ${wanted.run}`,
    );
  return vector;
}
