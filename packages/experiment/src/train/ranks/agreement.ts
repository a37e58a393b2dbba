import type { JsonObject } from '@pixelrnn/core';
import type { Dataset } from '@pixelrnn/data';
import type { TrainState } from '@pixelrnn/trainer';
import { environment } from '../../environment.ts';
import { ExperimentError } from '../../experiment-error.ts';
import { sha256 } from '../../files.ts';
import { comparedConditions, differenceInWords } from '../../run/conditions.ts';
import type { RankOptions } from '../begin-run.ts';
import type { Ranks } from './ranks.ts';

/**
 * Sees that all ranks have what decides on the result: version, recipe, backend, data.
 * @param open opens the data of a rank
 * @throws ExperimentError on every rank alike: who disagrees, and on what
 */
export async function agreeOnRun(
  { ranks, recipe, backend }: Pick<RankOptions, 'ranks' | 'recipe' | 'backend'>,
  open: () => Dataset | Promise<Dataset>,
): Promise<void> {
  const all = await ranks.share(async () => {
    const { pixelrnn: version, tfjs, backend: used } = environment(backend);
    const data = comparedConditions(await open());
    return { version, tfjs, backend: (used as JsonObject).backend, ...(recipe && { recipe }), data };
  });
  all.forEach((own, rank) => {
    const difference = differenceInWords(all[0], own);
    if (difference) throw new ExperimentError(`rank ${rank} disagrees with rank 0: ${difference}`);
  });
}

/**
 * Sees that all ranks begin with the same parameters, bit for bit: another version of Node may draw others.
 * @param start makes a rank's
 * @throws ExperimentError on every rank alike
 */
export async function agreeOnStart(ranks: Ranks, start: () => TrainState): Promise<void> {
  const all = await ranks.share(async () => {
    const { params } = start();
    return ranks.communicator.size > 1 ? sha256(new Uint8Array((await params.data()).buffer)) : '';
  });
  const other = all.findIndex((hash) => hash !== all[0]);
  if (other >= 0) throw new ExperimentError(`rank ${other} disagrees with rank 0: it begins with other parameters`);
}
