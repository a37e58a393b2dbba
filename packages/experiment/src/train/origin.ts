import { basename } from 'node:path';
import { type GenerativeModel, leaves, sizeOf } from '@pixelrnn/core';
import { initialParams, modelShapes, type Shapes } from '@pixelrnn/trainer';
import { differencesFrom, type NamedArrays, nameVector, vectorOf } from '@pixelrnn/weights';
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
/** One of what reads a map before the layers do. */
const OF_ENCODER = /(^|\/)mapEncoder\//;

/**
 * The weights that a new run begins from: the averaged parameters of another's best checkpoint. Where that one has not learned under a condition which
 * this model takes, the weights of the condition begin at zero, and so the model as the other ended; an encoder of it begins as it would in a run of
 * its own, since zeros would learn nothing.
 * @throws ExperimentError naming the first differences, if they are not the parameters of this model
 */
export async function originOf(
  { model, recipe }: Pick<Session, 'model' | 'recipe'>,
  folder: string,
  onWarning?: (line: string) => void,
): Promise<FoundOrigin> {
  const { arrays: found, config, state } = await openRun(folder, { onWarning });
  const shapes: Shapes = modelShapes(model);
  const missing = leaves<readonly number[]>(shapes).filter(([path]) => !found.has(path));
  const drawn = missing.filter(([path]) => OF_ENCODER.test(path));
  const zero = missing.filter(([path]) => OF_CONDITION.test(path) && !OF_ENCODER.test(path));
  const begun = [
    ...(zero.length > 0 ? [`${zero.length} begin at zero (${zero[0][0]}, …)`] : []),
    ...(drawn.length > 0 ? [`${drawn.length} begin at random (${drawn[0][0]}, …)`] : []),
  ];
  if (begun.length > 0) onWarning?.(`${folder}: has no weights of a condition: ${begun.join(', ')}`);
  const fresh = drawn.length > 0 ? await initialArrays(model, recipe.seed, shapes) : undefined;
  const arrays: NamedArrays = new Map([
    ...found,
    ...zero.map(([path, shape]) => [path, { shape, values: new Float32Array(sizeOf(shape)) }] as const),
    ...drawn.map(([path]) => [path, fresh!.get(path)!] as const),
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

/** The parameters of a new run, by name. */
async function initialArrays(model: GenerativeModel, seed: number | string, shapes: Shapes): Promise<NamedArrays> {
  const vector = initialParams({ model, seed });
  try {
    return nameVector((await vector.data()) as Float32Array, shapes);
  } finally {
    vector.dispose();
  }
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
      `${session.folder} was stopped before it kept the weights of ${wanted.run} that it begins from: name that run again (--init)`,
    );
  const { vector, record } = await originOf(session, init, onWarning);
  if (record.sha256 !== wanted.sha256)
    throw new ExperimentError(
      `${init}: its weights are not those that ${session.folder} was begun from, of ${wanted.run}`,
    );
  return vector;
}
