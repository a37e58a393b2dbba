import type { CommandEntry } from '@pixelrnn/shell';

/** Every command, in the order of the help text. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'list',
    summary: 'List presets, data sets and pretrained weights, with sizes and likelihoods.',
    load: async () => (await import('./list.ts')).listCommand,
  },
  {
    name: 'fetch',
    summary: 'Download a data set and verify it; files that are there already are kept.',
    load: async () => (await import('./fetch.ts')).fetchCommand,
  },
  {
    name: 'pack',
    summary: 'Write a data set or a folder of images into one file, for training on more than fits into memory.',
    load: async () => (await import('./pack.ts')).packCommand,
  },
  {
    name: 'train',
    summary: 'Train a preset or a recipe; everything goes into a run folder, which can be resumed at any time.',
    load: async () => (await import('./train.ts')).trainCommand,
  },
  {
    name: 'evaluate',
    summary: 'Measure a run in nats per image and bits per dimension, on a split or on your own images.',
    load: async () => (await import('./evaluate.ts')).evaluateCommand,
  },
  {
    name: 'sample',
    summary: 'Draw images from a run or a pretrained preset, as one PNG, as many, or for NumPy.',
    load: async () => (await import('./sample.ts')).sampleCommand,
  },
  {
    name: 'complete',
    summary: 'Complete partly known images: a line of original, known part and completions for each.',
    load: async () => (await import('./complete.ts')).completeCommand,
  },
  {
    name: 'restore',
    summary:
      'Draw what degraded images may have been: a line of original, what is seen of it and restorations for each.',
    load: async () => (await import('./restore.ts')).restoreCommand,
  },
  {
    name: 'interpolate',
    summary: 'Draw images between two, of a model that has codes of images.',
    load: async () => (await import('./interpolate.ts')).interpolateCommand,
  },
  {
    name: 'receptive-field',
    summary: 'Show which earlier sub-pixels can influence a pixel of a run or a preset, beside all that there are.',
    load: async () => (await import('./receptive-field.ts')).receptiveFieldCommand,
  },
  {
    name: 'compress',
    summary: 'Compress images without loss with a run or a pretrained preset: one archive of all of them.',
    load: async () => (await import('./compress.ts')).compressCommand,
  },
  {
    name: 'decompress',
    summary: 'Write the images of an archive as PNG files, to the bit as they were.',
    load: async () => (await import('./decompress.ts')).decompressCommand,
  },
  {
    name: 'inspect',
    summary: 'Show what a run is: model, data, recipe, parameters, checkpoints, best result.',
    load: async () => (await import('./inspect.ts')).inspectCommand,
  },
  {
    name: 'export',
    summary: 'Write the (averaged) parameters of a run and its model config for other programs.',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  {
    name: 'doctor',
    summary: 'Show which backends start here, why others do not, and what they run on.',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'setup',
    summary: 'Install native TensorFlow ("tensorflow") or compile the addon of an MPI ("mpi") into the user cache.',
    load: async () => (await import('./setup.ts')).setupCommand,
  },
];
