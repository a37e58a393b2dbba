import type { AddCommand } from '../define-command.ts';
import { doctorCommand } from './doctor.ts';
import { fetchCommand } from './fetch.ts';
import { setupCommand } from './setup.ts';

/** Every command, in the order of the help text. */
export const COMMANDS: readonly AddCommand[] = [fetchCommand, doctorCommand, setupCommand];
