import { basename } from 'node:path';
import type { GenerativeModel } from '@pixelrnn/core';
import { modelShapes, type Shapes } from '@pixelrnn/trainer';
import { differencesFrom, vectorOf } from '@pixelrnn/weights';
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

/**
 * The weights that a new run begins from: the averaged parameters of another's best checkpoint.
 * @throws ExperimentError naming the first differences, if they are not the parameters of this model
 */
export async function originOf(
  model: GenerativeModel,
  folder: string,
  onWarning?: (line: string) => void,
): Promise<FoundOrigin> {
  const { arrays, config, state } = await openRun(folder, { onWarning });
  const shapes: Shapes = modelShapes(model);
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
