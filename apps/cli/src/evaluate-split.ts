import type { BackendReport } from '@pixelrnn/backends';
import { share } from '@pixelrnn/cluster';
import type { Split } from '@pixelrnn/data';
import { evaluateRun } from '@pixelrnn/experiment';
import { table } from '@pixelrnn/shell';
import type { DataFlags } from './data-flags.ts';
import { dataInWords } from './data-in-words.ts';
import type { PixelrnnContext } from './define-command.ts';
import { type Evaluated, type ImageNats, imageBound } from './image-nats.ts';
import { likelihoods } from './likelihoods.ts';
import { type RunFlags, runFolder } from './open-run.ts';
import { psnrInWords } from './psnr-in-words.ts';

export interface SplitFlags extends RunFlags, DataFlags {
  readonly split?: Split;
  readonly limit?: number;
  readonly batchSize?: number;
  readonly boundSamples?: number;
  readonly restorations?: number;
}

/** Evaluates a run on a split of its data, and notes the result in its journal. */
export async function evaluateSplit(
  context: PixelrnnContext,
  { split = 'valid', limit, batchSize, boundSamples, restorations, checkpoint, dataDir, images: moved }: SplitFlags,
  argument: string,
  backend: BackendReport,
): Promise<Evaluated> {
  const folder = runFolder(argument);
  const { cluster } = context;
  const own: ImageNats[] = [];
  const evaluation = await evaluateRun(folder, {
    record: folder === argument, // not in a pretrained preset's
    split,
    limit,
    batchSize,
    boundSamples,
    restorations,
    checkpoint,
    dataDir,
    images: moved,
    backend,
    communicator: cluster,
    onWarning: context.note,
    onNats: (nats, { indices, labels }) => {
      for (const [i, index] of indices.entries())
        own.push({ split, index, ...(labels && { label: labels[i] }), nats: nats[i] });
    },
    onProgress: (images) =>
      context.progress.update({
        done: images,
        total: limit && Math.ceil(limit / cluster.size),
        text: `${images} images`,
      }),
  });
  const { bound, boundSamples: draws } = evaluation;
  const each = (await share(cluster, () => own)).flat().map((one) => ({ ...one, ...imageBound(bound, draws) }));
  const { dataset, images, standardError, step, warning, psnr } = evaluation;
  if (warning) context.note(`warning: ${warning}`);
  return {
    each,
    result: { ...evaluation },
    text: table([
      [split, likelihoods(evaluation)],
      ['data', dataInWords(dataset)],
      ['images', `${images}, standard error ${standardError.toFixed(2)} nats`],
      ...(psnr ? [['restored', `${psnr.images} images, each ${psnr.draws} times: ${psnrInWords(psnr)}`] as const] : []),
      ['checkpoint', step],
      ['backend', backend.backend],
    ]),
  };
}
