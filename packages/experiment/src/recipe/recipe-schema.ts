import {
  ADAM_DEFAULTS,
  ADAMW_DEFAULTS,
  EMA_DEFAULTS,
  type OptimizerConfig,
  RMSPROP_DEFAULTS,
  type ScheduleConfig,
} from '@pixelrnn/trainer';
import { z } from 'zod';
import { didYouMean } from './nearest.ts';

export const RECIPE_FORMAT = 1;

/** An object whose unknown keys are errors that name the nearest known one, or all where none is near. */
function strict<S extends z.ZodRawShape>(shape: S) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys
            .map((key) => `unknown key "${key}"${didYouMean(key, known) || `: wanted one of ${known.join(', ')}`}`)
            .join(' ')
        : undefined,
  });
}

const positive = z.number().positive();
const count = z.int().positive();
const decay = z.number().min(0).lt(1);
const json = z.record(z.string(), z.json());

/** A name and its options: those of ours are checked here; any other is a registered one's, which checks its own. */
const named = <Config extends { readonly name: string }>(ours: Readonly<Record<string, z.ZodRawShape>>) =>
  z.looseObject({ name: z.string() }).transform((given, context): Config => {
    const { name, ...options } = given;
    const schema = Object.hasOwn(ours, name) ? strict(ours[name]) : json;
    const { data, error } = schema.safeParse(options, { reportInput: true });
    for (const issue of error?.issues ?? [])
      context.issues.push({ ...issue, input: issue.input } as z.core.$ZodRawIssue);
    return { name, ...data } as unknown as Config;
  });

const adam = {
  learningRate: positive.default(ADAM_DEFAULTS.learningRate),
  beta1: decay.default(ADAM_DEFAULTS.beta1),
  beta2: decay.default(ADAM_DEFAULTS.beta2),
  epsilon: positive.default(ADAM_DEFAULTS.epsilon),
};

const optimizer = named<OptimizerConfig>({
  adam,
  adamw: { ...adam, weightDecay: z.number().min(0).default(ADAMW_DEFAULTS.weightDecay) },
  rmsprop: {
    learningRate: positive.default(RMSPROP_DEFAULTS.learningRate),
    decay: decay.default(RMSPROP_DEFAULTS.decay),
    epsilon: positive.default(RMSPROP_DEFAULTS.epsilon),
  },
});

const schedule = named<ScheduleConfig>({
  constant: {},
  'warm-up': { steps: count },
  exponential: { decay: z.number().gt(0).max(1) },
  step: { steps: count, factor: z.number().gt(0).max(1) },
  linear: { steps: count.optional() },
  cosine: { steps: count.optional() },
});

const dataset = strict({ name: z.string(), options: json.default({}) });

const earlyStopping = strict({
  /** Validations in a row that are no better. */
  patience: count,
  /** Nats by which a better one is better at least. */
  minDelta: z.number().min(0).default(0),
});

/**
 * Everything that determines a run. One of `steps`, `epochs` and `minutes` is its length; `minutes` becomes a number of steps once
 * some have been timed. Intervals are in steps; those not given follow from the length of the run.
 */
export const recipeSchema = strict({
  format: z.literal(RECIPE_FORMAT).default(RECIPE_FORMAT),
  /** Where the model comes from, for the reader. */
  preset: z.string().optional(),
  /** Config of `createModel`. */
  model: json,
  /** A data set of `@pixelrnn/data`, or a registered one, and its options. Left out where the data set itself is handed to `trainRun`. */
  dataset: dataset.optional(),
  /** What images are seen as by a model that restores them: `blur:1.5`, … */
  restore: z.string().optional(),
  batchSize: count.default(16),
  /** Equal parts of each batch that are computed one after the other, for less memory. */
  shards: count.default(1),
  optimizer,
  /** Factors of the learning rate. */
  schedule: z.array(schedule).default([]),
  /** Largest norm of the gradient and largest magnitude of its elements; null for none. */
  clip: strict({ norm: positive.nullable().default(null), value: positive.nullable().default(null) }).prefault({}),
  /** Moving average of the parameters, used for evaluation; null for none. */
  ema: strict({
    decay: decay.default(EMA_DEFAULTS.decay),
    warmUp: z.boolean().default(EMA_DEFAULTS.warmUp),
  })
    .nullable()
    .default(null),
  steps: count.optional(),
  epochs: positive.optional(),
  minutes: positive.optional(),
  seed: z.union([z.int(), z.string()]).default(0),
  /** Default: ten times in a run. */
  evaluateEvery: count.optional(),
  /** Validation images of each of these evaluations, evenly over the split; null for all. */
  evaluateImages: count.nullable().default(1000),
  /** Ends the run when these evaluations get no better. */
  earlyStopping: earlyStopping.optional(),
  /** Default: ten times in a run. A best evaluation and the last step are saved in any case. */
  checkpointEvery: count.optional(),
  /** How many of the newest checkpoints are kept beside the best. */
  keep: count.default(2),
  /** Default: five times in a run; 0 for never. */
  sampleEvery: z.int().min(0).optional(),
  sampleCount: count.default(16),
  /** Default: a thousand times in a run. */
  journalEvery: count.optional(),
});

/** A recipe with all defaults in place. */
export type Recipe = z.infer<typeof recipeSchema>;

export type EarlyStopping = z.infer<typeof earlyStopping>;

/** A recipe as it may be written. */
export type RecipeInput = z.input<typeof recipeSchema>;
