import type { Communicator } from '@pixelrnn/cluster';
import type { JsonObject } from '@pixelrnn/core';
import type { Dataset, Split } from '@pixelrnn/data';
import type { FileSystem } from '@pixelrnn/files';
import type { Evaluation } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { environment } from '../environment.ts';
import { asExperiment, ExperimentError, OptionError } from '../experiment-error.ts';
import { writeReport } from '../report/report.ts';
import { agreeOnEvaluation } from '../train/ranks/agreement.ts';
import { type Ranks, ranksOf } from '../train/ranks/ranks.ts';
import { checkFits } from '../train/session.ts';
import { otherData } from './conditions.ts';
import { checkBoundSamples, type EvaluateSplitOptions, evaluateTogether } from './evaluation.ts';
import { endCutLine, writeJournal } from './journal.ts';
import { type OpenRunOptions, openRun, type Run } from './open-run.ts';
import { type Psnr, psnrOfSplit } from './restore-images.ts';

/** Which checkpoint of a run to evaluate, and on which images. */
export interface EvaluateRunOptions extends OpenRunOptions, EvaluateSplitOptions {
  /** What runs the tensors, for the record. */
  readonly backend?: JsonObject;
  /** Images of the split that a run that restores draws anew, to compare with them. Default: 16; 0 for none. */
  readonly restorations?: number;
  /** Whether the journal and the report of the run keep the result. Default: true. */
  readonly record?: boolean;
  /** The processes that evaluate a part each, this one among them; all get the result, and that of rank 0 is kept. Default: this one alone. */
  readonly communicator?: Communicator;
  /** The file system, for tests. */
  readonly files?: FileSystem;
}

/** A result with its conditions. */
export interface RunEvaluation extends Evaluation {
  readonly backend: string;
  readonly split: Split;
  /** Steps of the checkpoint. */
  readonly step: number;
  /** Name and config of the data set. */
  readonly dataset: JsonObject;
  /** Hash of the run's config. */
  readonly hash: string;
  readonly seconds: number;
  /** Of a run that restores: how near what is seen, single draws and their mean are to the images, in dB. */
  readonly psnr?: Psnr & { readonly images: number; readonly draws: number };
}

/** Evaluates a run on a split of its data set, and adds the result with its conditions to the journal and the report. */
export function evaluateRun(folder: string, options: EvaluateRunOptions): Promise<RunEvaluation> {
  return asExperiment(async () => {
    const ranks = ranksOf(options.communicator);
    const { run, dataset } = await openTogether(folder, options, ranks);
    const difference = otherData(run.config.dataset, dataset);
    if (difference) options.onWarning?.(`${folder} was trained on other data: ${dataset.name} with ${difference}`);
    const params = run.params();
    const began = performance.now();
    try {
      const session = { model: run.model, dataset, recipe: run.config.recipe, ranks };
      const evaluation = await evaluateTogether(session, params, options);
      const { restorations: images = 16, split } = options;
      const isFirst = ranks.communicator.rank === 0;
      const isRestoring = session.recipe.restore !== undefined && images > 0;
      const [psnr] = await ranks.share(async () =>
        isRestoring && isFirst ? psnrOfSplit(session, run.weights, { split, images, seed: 'restorations' }) : undefined,
      );
      const result: RunEvaluation = {
        ...evaluation,
        backend: tf.getBackend(),
        split: options.split,
        step: run.state.step,
        dataset: { name: dataset.name, ...dataset.config },
        hash: run.config.hash,
        seconds: Number(((performance.now() - began) / 1000).toPrecision(4)),
        ...(psnr && { psnr }),
      };
      if (isFirst && (options.record ?? true)) await note(folder, result, options);
      return result;
    } finally {
      tf.dispose(params as tf.TensorContainer);
    }
  });
}

/** The run and its data, of which all ranks have the same. */
async function openTogether(folder: string, options: EvaluateRunOptions, ranks: Ranks) {
  let opened: { readonly run: Run; readonly dataset: Dataset };
  await agreeOnEvaluation({ ranks, backend: options.backend }, async () => {
    const run = await openRun(folder, options);
    checkBoundSamples(run.model, options.boundSamples);
    if (options.restorations !== undefined && run.config.recipe.restore === undefined)
      throw new OptionError(
        'restorations',
        `wanted a run that restores images, got one of ${run.model.name} that does not`,
      );
    const dataset = await run.dataset();
    checkFits(run.model, dataset);
    opened = { run, dataset };
    return opened;
  });
  return opened!;
}

/** A run that cannot be written to can be evaluated all the same. */
async function note(folder: string, result: RunEvaluation, { backend, files, onWarning }: EvaluateRunOptions) {
  try {
    await endCutLine(folder, files);
    await writeJournal(folder, { event: 'evaluate', ...result, environment: environment(backend) }, files);
    await writeReport(folder, { files });
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    onWarning?.(`${error.message}; the result is not kept in the run`);
  }
}
