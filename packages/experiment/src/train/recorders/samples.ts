import { join } from 'node:path';
import { evaluationVector } from '@pixelrnn/trainer';
import { weightsOf } from '../../checkpoint/train-state.ts';
import { writeWhole } from '../../files.ts';
import { sheet } from '../../report/sheet.ts';
import { drawSamples } from '../draw-samples.ts';
import type { Session } from '../session.ts';
import type { Emit } from './callback.ts';
import { type Duty, type DutyOptions, duty, type Reached } from './duty.ts';

/** What {@link samples} needs beside the conditions of its duty. */
interface SamplesOptions extends Omit<DutyOptions, 'name' | 'work'> {
  readonly session: Session;
  readonly tell: (phase: 'sampling') => void;
  readonly emit: Emit;
}

/** Draws from the run and keeps the sheet in `samples/`. */
export function samples(options: SamplesOptions): Duty {
  const { session, signal, tell, emit } = options;

  async function work({ step, state, shapes }: Reached) {
    tell('sampling');
    const weights = weightsOf((await evaluationVector(state).data()) as Float32Array, shapes);
    const { images } = await drawSamples(session, weights, () => signal.throwIfAborted());
    const file = join('samples', `${step}.png`);
    const png = sheet(images, session.model.image);
    await writeWhole(join(session.folder, file), png, session.files);
    await emit('onSamples', { step, images, png, file });
  }
  return duty({ ...options, name: 'samples', work });
}
