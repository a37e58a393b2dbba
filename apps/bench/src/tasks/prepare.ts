import { prepareEvaluation } from './evaluate-task.ts';
import { prepareKernel } from './kernel-task.ts';
import { prepareQuality } from './quality-task.ts';
import { prepareSampling } from './sample-task.ts';
import type { Prepared, Task, TaskContext } from './task.ts';
import { prepareTraining } from './train-task.ts';

/** Makes a task ready on the active backend. */
export function prepare(task: Task, context: TaskContext): Promise<Prepared> {
  switch (task.kind) {
    case 'train':
      return prepareTraining(task);
    case 'evaluate':
      return prepareEvaluation(task);
    case 'sample':
      return prepareSampling(task, context);
    case 'kernel':
      return prepareKernel(task);
    case 'quality':
      return prepareQuality(task, context);
  }
}
