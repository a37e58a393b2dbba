import { join } from 'node:path';
import type { Bound } from '@pixelrnn/core';
import { type FileSystem, NODE_FILES } from '@pixelrnn/files';
import { append } from '../../../files.ts';
import type { RunCallback, RunSummary } from '../callback.ts';
import { fileVersion, image, scalar, sessionStart, summary } from './event.ts';
import { record } from './record.ts';

/** Where {@link tensorboard} writes. */
export interface TensorboardOptions {
  /** Default: `tensorboard` in the run folder. */
  readonly folder?: string;
  /** The file system, for tests. */
  readonly files?: FileSystem;
}

/**
 * A callback of `trainRun` that writes event files for TensorBoard: `tensorboard --logdir <run>/tensorboard` shows the training and
 * validation nats, the gradient's norm, the learning rate, the speed, and the samples. Each session of a run writes a file of its own,
 * which takes the place of what an interrupted one has said of later steps. Numbers that are no exact likelihoods say so in their names:
 * `train/nats_upper_bound`.
 */
export function tensorboard({ folder, files = NODE_FILES }: TensorboardOptions = {}): RunCallback {
  let path = '';
  const seconds = () => Date.now() / 1000;
  const write = (...events: readonly Uint8Array[]) => append(path, Buffer.concat(events.map(record)), files);
  const scalars = (step: number, values: Readonly<Record<string, number>>) =>
    write(
      summary(
        seconds(),
        step,
        Object.entries(values).map(([tag, value]) => scalar(tag, value)),
      ),
    );
  return {
    async onStart({ folder: run, step }) {
      const name = `events.out.tfevents.${Math.floor(seconds())}.pixelrnn.${step}`;
      path = join(folder ?? join(run, 'tensorboard'), name);
      await write(fileVersion(seconds()), sessionStart(seconds(), step + 1));
    },
    onSummary: ({ step, gradientNorm, learningRate, imagesPerSecond, ...likelihood }) =>
      scalars(step, {
        ...likelihoods('train', likelihood),
        'train/gradient_norm': gradientNorm,
        'train/learning_rate': learningRate,
        'train/images_per_second': imagesPerSecond,
      }),
    onValidation: ({ step, ...likelihood }) => scalars(step, likelihoods('valid', likelihood)),
    onSamples: ({ step, png }) => write(summary(seconds(), step, [image('samples', png)])),
  };
}

/** Ends of the names of numbers that are no exact likelihoods. */
const ENDS: Readonly<Record<Bound, string>> = { exact: '', upper: '_upper_bound', 'given-code': '_given_code' };

const likelihoods = (of: string, { nats, bitsPerDim, bound }: Pick<RunSummary, 'nats' | 'bitsPerDim' | 'bound'>) => ({
  [`${of}/nats${ENDS[bound]}`]: nats,
  [`${of}/bits_per_dim${ENDS[bound]}`]: bitsPerDim,
});
