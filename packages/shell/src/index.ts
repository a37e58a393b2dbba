export type { CommandDefinition, CommandEntry, Ended, Outcome } from './command.ts';
export type { CommandContext } from './context.ts';
export { EXIT } from './exit.ts';
export {
  choice,
  integer,
  listOf,
  naturalNumber,
  nonNegativeNumber,
  positiveInteger,
  positiveNumber,
  repeatable,
  type SharedFlags,
} from './flags.ts';
export { megabytes, table } from './format.ts';
export { packageVersion } from './package-version.ts';
export { type ProgramDefinition, runProgram } from './program.ts';
export type { Progress, ProgressReporter } from './progress.ts';
export { recordingTerminal } from './recording-terminal.ts';
export { processTerminal, type Terminal } from './terminal.ts';
export { UsageError, wanted } from './usage-error.ts';
