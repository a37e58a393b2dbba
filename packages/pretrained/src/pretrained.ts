import { fileURLToPath } from 'node:url';

/** The presets of `@pixelrnn/models` that this package has weights of. */
export const PRETRAINED = [
  'mnist-diagonal-bilstm',
  'mnist-row-lstm',
  'mnist-pixel-cnn',
  'mnist-gated-pixel-cnn',
] as const;

/** One of {@link PRETRAINED}. */
export type PretrainedName = (typeof PRETRAINED)[number];

/** Whether there are weights of a preset. */
export const isPretrained = (name: string): name is PretrainedName => (PRETRAINED as readonly string[]).includes(name);

/**
 * The folder of a trained run: `config.json` with model, recipe and machine, `journal.jsonl` with its likelihoods, and one checkpoint,
 * whose weights lie in `averaged.safetensors`, their SHA-256 beside them. `openRun` of `@pixelrnn/experiment` opens it.
 */
export const pretrainedRun = (name: PretrainedName): string =>
  fileURLToPath(new URL(`../runs/${name}`, import.meta.url));
