export { EXIT } from './exit.ts';
export type { Installation } from './installation.ts';
export { run } from './run.ts';
export type { Terminal } from './terminal.ts';
