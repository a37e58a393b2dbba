import { batchGradient, type GradientOptions } from './gradient.ts';
import { tidy } from './tidy.ts';
import { type StepResult, type UpdateOptions, updateState } from './update.ts';

/** What {@link trainStep} needs. */
export type TrainStepOptions = Omit<GradientOptions, 'own'> & UpdateOptions;

/** One step in one process: the gradient of the batch's mean nats per image, then the update. */
export function trainStep(options: TrainStepOptions): StepResult {
  return tidy(() => updateState(batchGradient(options), options));
}
