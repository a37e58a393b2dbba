import type { JsonObject } from '@pixelrnn/core';
import type { Dataset } from '@pixelrnn/data';
import type { TrainState } from '@pixelrnn/trainer';
import { environment } from '../../environment.ts';
import { ExperimentError } from '../../experiment-error.ts';
import { hashOfArrays } from '../../hash-of-arrays.ts';
import type { Recipe } from '../../recipe/recipe-schema.ts';
import { comparedConditions, differenceInWords } from '../../run/conditions.ts';
import type { Run } from '../../run/open-run.ts';
import type { Ranks } from './ranks.ts';

/** Those that have to agree, and what this one computes on. */
interface Who {
  readonly ranks: Ranks;
  readonly backend?: JsonObject;
}

/**
 * Sees that all ranks have what decides on the result: version, recipe, backend, data.
 * @param open opens the data of a rank
 * @throws ExperimentError on every rank alike: who disagrees, and on what
 */
export const agreeOnRun = (
  { ranks, recipe, backend }: Who & { readonly recipe?: Recipe },
  open: () => Dataset | Promise<Dataset>,
): Promise<void> =>
  agree(ranks, async () => ({
    ...computing(backend),
    ...(recipe && { recipe }),
    data: comparedConditions(await open()),
  }));

/**
 * Sees that all ranks evaluate the same: the weights of a run, too.
 * @param open opens the run and the data of a rank
 * @throws ExperimentError as {@link agreeOnRun}
 */
export const agreeOnEvaluation = (
  { ranks, backend }: Who,
  open: () => Promise<{ readonly run: Run; readonly dataset: Dataset }>,
): Promise<void> =>
  agree(ranks, async () => {
    const { run, dataset } = await open();
    if (ranks.communicator.size === 1) return {};
    const weights = hashOfArrays([...run.arrays.values()].map(({ values }) => values));
    return {
      ...computing(backend),
      run: { hash: run.config.hash, step: run.state.step, weights },
      data: comparedConditions(dataset),
    };
  });

async function agree(ranks: Ranks, on: () => Promise<JsonObject>): Promise<void> {
  const all = await ranks.share(on);
  all.forEach((own, rank) => {
    const difference = differenceInWords(all[0], own);
    if (difference) throw new ExperimentError(`rank ${rank} disagrees with rank 0: ${difference}`);
  });
}

function computing(backend: JsonObject | undefined): JsonObject {
  const { pixelrnn: version, tfjs, backend: used } = environment(backend);
  return { version, tfjs, backend: (used as JsonObject).backend };
}

/**
 * Sees that all ranks begin with the same parameters, bit for bit: another version of Node may draw others.
 * @param start makes a rank's
 * @throws ExperimentError on every rank alike
 */
export async function agreeOnStart(ranks: Ranks, start: () => TrainState): Promise<void> {
  const all = await ranks.share(async () => {
    const { params } = start();
    return ranks.communicator.size > 1 ? hashOfArrays([await params.data()]) : '';
  });
  const other = all.findIndex((hash) => hash !== all[0]);
  if (other >= 0) throw new ExperimentError(`rank ${other} disagrees with rank 0: it begins with other parameters`);
}
