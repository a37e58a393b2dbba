import type { Mutation } from '../mutations.ts';

const TRAINER = 'packages/trainer/src';
const EXPERIMENT = 'packages/experiment/src';
const RECORDERS = `${EXPERIMENT}/train/recorders`;
const RUN_TEST = `${EXPERIMENT}/train/train-run.test.ts`;

/** The step, and what records it. */
export const TRAINING: readonly Mutation[] = [
  {
    name: 'shards-added-in-halves',
    bug: 'shards are added in halves, so that the sum of an aligned group is no part of the whole and its bits change',
    file: `${TRAINER}/tree-sum.ts`,
    from: '2 ** (Math.ceil(Math.log2(to - from)) - 1)',
    to: 'Math.ceil((to - from) / 2)',
    test: `${TRAINER}/tree-sum.test.ts`,
    title: 'adds 5 parts, neighbours first',
  },
  {
    name: 'shards-share-dropout',
    bug: 'all shards of a batch get the same random numbers',
    file: `${TRAINER}/gradient.ts`,
    from: 'rng: rng?.fork(index)',
    to: 'rng',
    test: `${TRAINER}/gradient.test.ts`,
    title: 'gives each shard its images, labels and random numbers',
  },
  {
    name: 'mean-of-the-shard',
    bug: '10: a gradient divided by the size of the part instead of that of the batch',
    file: `${TRAINER}/gradient.ts`,
    from: 'tf.scalar(1 / batch.count)',
    to: 'tf.scalar(shards / batch.count)',
    test: `${TRAINER}/gradient.test.ts`,
    title: 'is the same in 4 shards',
  },
  {
    name: 'short-gradients-stretched',
    bug: 'clipping by the norm makes short gradients longer',
    file: `${TRAINER}/clip.ts`,
    from: 'tf.minimum(1, tf.div(norm, current))',
    to: 'tf.div(norm, current)',
    test: `${TRAINER}/clip.test.ts`,
    title: 'clips no short gradient',
  },
  {
    name: 'ema-decay-for-its-complement',
    bug: 'the average follows the parameters at once instead of slowly',
    file: `${TRAINER}/ema.ts`,
    from: '1 - emaDecay(step, options)',
    to: 'emaDecay(step, options)',
    test: `${TRAINER}/ema.test.ts`,
    title: 'moves by 1 − decay towards the parameters',
  },
  {
    name: 'adam-without-bias-correction',
    bug: 'Adam without the correction of its first mean',
    file: `${TRAINER}/adam.ts`,
    from: 'const rate = learningRate / (1 - beta1 ** (step + 1));',
    to: 'const rate = learningRate;',
    test: `${TRAINER}/create-optimizer.test.ts`,
    title: 'adam follows the published formula',
  },
  {
    name: 'checkpoint-before-its-validation',
    bug: 'a checkpoint is saved before the validation of its step, whose result a resumed run then lacks',
    file: `${RECORDERS}/record-run.ts`,
    from: '...duties,\n    saver,',
    to: 'saver,\n    ...duties,',
    test: `${EXPERIMENT}/train/callbacks.test.ts`,
    title: 'are told of everything in order',
  },
  {
    name: 'undone-forgotten',
    bug: 'a run that was told to stop during a validation never makes up for it',
    file: `${RECORDERS}/record-run.ts`,
    from: '...(undone.length > 0 && { undone }),',
    to: '',
    test: RUN_TEST,
    title: 'begins nothing but to save once it is told to stop',
  },
  {
    name: 'schedule-of-the-old-length',
    bug: '14: a run that was given more steps keeps the schedule of its old length',
    file: `${EXPERIMENT}/train/train-run.ts`,
    from: '...trainOptions(session, steps, step),',
    to: '...trainOptions(session, begun.steps, step),',
    test: `${EXPERIMENT}/train/extension.test.ts`,
    title: 'takes up the rate of a decay over the whole run',
  },
  {
    name: 'early-stopping-never-patient-again',
    bug: 'a better validation does not make early stopping wait anew',
    file: `${RECORDERS}/early-stopping.ts`,
    from: 'best = { step, nats };\n        waited = 0;',
    to: 'best = { step, nats };',
    test: `${RECORDERS}/early-stopping.test.ts`,
    title: 'waits for so many validations in a row',
  },
  {
    name: 'shards-with-all-maps',
    bug: 'every shard of a batch is given the maps of the first images',
    file: 'packages/trainer/src/gradient.ts',
    from: '...(map && { map: part(map) }),',
    to: '...(map && { map: tf.slice(map, 0, size) }),',
    test: 'packages/trainer/src/gradient.test.ts',
    title: 'gives each shard its vectors and maps',
  },
];
