import { DivergedError, evaluationVector, NotFiniteError, unflatten } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import type { Best } from '../../checkpoint/checkpoint.ts';
import { evaluateSplit } from '../../run/evaluation.ts';
import type { Validated } from '../progress.ts';
import type { Session } from '../session.ts';
import type { Emit } from './callback.ts';
import { type Duty, type DutyOptions, duty, type Reached } from './duty.ts';

/** What {@link validation} needs beside the conditions of its duty. */
interface ValidationOptions extends Omit<DutyOptions, 'name' | 'work'> {
  readonly session: Session;
  /** Of the steps before. */
  readonly best?: Best;
  readonly tell: (phase: 'evaluating') => void;
  readonly emit: Emit;
}

/** Judges the run by validation images, and knows its best step. */
export function validation(options: ValidationOptions): Duty & {
  best(): Best | undefined;
  /** The newest of this session. */
  newest(): Validated | undefined;
} {
  const { session, signal, tell, emit } = options;
  let { best } = options;
  let newest: Validated | undefined;

  async function work({ step, state, shapes }: Reached) {
    tell('evaluating');
    const params = tf.tidy(() => unflatten(evaluationVector(state), shapes));
    try {
      const limit = session.recipe.evaluateImages ?? undefined;
      const onProgress = () => signal.throwIfAborted();
      const evaluation = await evaluateSplit(session, params, { split: 'valid', limit, onProgress });
      const { nats, bitsPerDim, bound } = evaluation;
      newest = { step, nats, bitsPerDim, bound };
      const isBest = !best || nats < best.nats;
      if (isBest) best = { step, nats, bitsPerDim };
      await emit('onValidation', { step, isBest, ...evaluation });
    } catch (error) {
      throw error instanceof NotFiniteError ? new DivergedError(step, `in validation ${error.found}`) : error;
    } finally {
      tf.dispose(params as tf.TensorContainer);
    }
  }
  return { ...duty({ ...options, name: 'evaluation', work }), best: () => best, newest: () => newest };
}
