import type { BackendReport } from '@pixelrnn/backends';
import { bitsPerDim } from '@pixelrnn/core';
import { asExperiment, checkBoundSamples, type Run } from '@pixelrnn/experiment';
import { table } from '@pixelrnn/shell';
import { evaluate } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { refuseRestoring } from './check-draws-alone.ts';
import type { PixelrnnContext } from './define-command.ts';
import { type Evaluated, type ImageNats, imageBound } from './image-nats.ts';
import { labelsOf } from './labels.ts';
import { likelihoods } from './likelihoods.ts';
import { openRunOf, type RunFlags } from './open-run.ts';
import { fileOriginal, type Originals } from './originals.ts';

export interface FilesFlags extends RunFlags {
  readonly class?: number;
  readonly boundSamples?: number;
}

/** Evaluates a run on images of one's own. */
export async function evaluateFiles(
  context: PixelrnnContext,
  flags: FilesFlags,
  argument: string,
  backend: BackendReport,
  files: readonly string[],
): Promise<Evaluated> {
  const run = await openRunOf(context, flags, argument);
  const { image, bound } = run.model;
  refuseRestoring('evaluate --image', argument, run, `pixelrnn evaluate ${argument} --split test measures it`);
  checkBoundSamples(run.model, flags.boundSamples);
  const labels = labelsOf(run.model, { count: 1 }, flags.class);
  const images = await Promise.all(files.map((file) => fileOriginal(file, image)));
  const { boundSamples } = flags;
  const nats = await natsOf(run, images, labels, boundSamples);
  const beside = { ...(labels && { label: labels[0] }), ...imageBound(bound, boundSamples) };
  const each = files.map((file, i): ImageNats => ({ file, ...beside, nats: nats[i] }));
  const inWords = (value: number) =>
    likelihoods({ nats: value, bitsPerDim: bitsPerDim(value, image), bound, boundSamples });
  return {
    each,
    result: {
      images: each,
      bound,
      ...(boundSamples && { boundSamples }),
      step: run.state.step,
      hash: run.config.hash,
      backend: backend.backend,
    },
    text: table(each.map(({ nats: value }, i) => [files[i], inWords(value)])),
  };
}

/** One image after the other: there are few. */
async function natsOf(
  run: Run,
  images: readonly Originals[],
  labels: Int32Array | undefined,
  boundSamples: number | undefined,
): Promise<number[]> {
  const params = run.params();
  const all: number[] = [];
  try {
    const batches = images.map((image) => ({ ...image, labels }));
    await asExperiment(() =>
      evaluate({ model: run.model, params, batches, boundSamples, onNats: (nats) => all.push(...nats) }),
    );
    return all;
  } finally {
    tf.dispose(params as tf.TensorContainer);
  }
}
