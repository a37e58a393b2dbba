import type { CommandEntry } from '@pixelrnn/shell';
import type { Installation } from '../installation.ts';

/** Every command, in the order of the help text. */
export const commands = (installation: Installation): readonly CommandEntry[] => [
  {
    name: 'run',
    summary: 'Measure the tasks of a suite and append the results to the file of this device.',
    load: async () => (await import('./run.ts')).runCommand(installation),
  },
  {
    name: 'compare',
    summary: 'Compare two result files, task by task.',
    load: async () => (await import('./compare.ts')).compareCommand,
  },
  {
    name: 'report',
    summary: 'Write benchmarks.md and its figures from all result files.',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  {
    name: 'bundle',
    summary: 'Pack a self-contained folder and archive for machines without Node.js and network.',
    load: async () => (await import('./bundle.ts')).bundleCommand(installation),
  },
  {
    name: 'worker',
    summary: 'Started by `run`, one process for each backend and number of threads.',
    hidden: true,
    load: async () => (await import('./worker.ts')).workerCommand,
  },
];
