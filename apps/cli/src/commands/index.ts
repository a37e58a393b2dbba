import type { AddCommand } from '../define-command.ts';
import { completeCommand } from './complete.ts';
import { doctorCommand } from './doctor.ts';
import { evaluateCommand } from './evaluate.ts';
import { exportCommand } from './export.ts';
import { fetchCommand } from './fetch.ts';
import { inspectCommand } from './inspect.ts';
import { sampleCommand } from './sample.ts';
import { setupCommand } from './setup.ts';
import { trainCommand } from './train.ts';

/** Every command, in the order of the help text. */
export const COMMANDS: readonly AddCommand[] = [
  fetchCommand,
  trainCommand,
  evaluateCommand,
  sampleCommand,
  completeCommand,
  inspectCommand,
  exportCommand,
  doctorCommand,
  setupCommand,
];
