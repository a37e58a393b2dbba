import { basename } from 'node:path';
import { NODE_FILES } from '@pixelrnn/files';
import type { FloatType } from '@pixelrnn/weights';
import { saveWeights } from '../checkpoint/checkpoint.ts';
import { asExperiment, ExperimentError } from '../experiment-error.ts';
import { writeWhole } from '../files.ts';
import { withoutPath } from '../recipe/image-options.ts';
import { journalPath, readJournal } from './journal.ts';
import type { Run } from './open-run.ts';
import { checkRunFolder, configHash, type RunConfig, readRunConfig, writeRunConfig } from './run-config.ts';

/** The config of a run as others are to see it: of its images without where they lay. */
function published(config: RunConfig): RunConfig {
  const own = { ...config, recipe: withoutPath(config.recipe) };
  const amended = config.amended?.map(({ folder, ...rest }) => ({
    ...rest,
    ...(folder && { folder: basename(folder) }),
  }));
  return { ...own, ...(amended && { amended }), hash: configHash(own) };
}

/**
 * Writes what of a run others need to judge it and to draw from it: its config with the recipe (images of one's own by name, without the path), the
 * weights of the open checkpoint with their checksum, and its evaluations. {@link openRun} opens the result as it opens the run, a tenth of its size; it cannot be trained on.
 * @param dtype of the stored weights: F16 takes half the bytes, and rounds to 11 bits (below 2⁻¹⁴ to multiples of 2⁻²⁴); the evaluations are those of the run
 * @throws ExperimentError if a run or something else is there already
 */
export function exportRun({ folder, config, state, arrays }: Run, out: string, dtype?: FloatType): Promise<void> {
  return asExperiment(async () => {
    if (await readRunConfig(out)) throw new ExperimentError(`${out} holds a run already: wanted another folder`);
    await checkRunFolder(out);
    const shown = published(config);
    await writeRunConfig(out, shown);
    await saveWeights(out, { state, weights: arrays, dtype });
    const evaluations = (await readJournal(folder))
      .filter(({ event, step }) => event === 'evaluate' && step === state.step)
      .map((entry) => (entry.hash === config.hash ? { ...entry, hash: shown.hash } : entry));
    await writeWhole(journalPath(out), evaluations.map((entry) => `${JSON.stringify(entry)}\n`).join(''), NODE_FILES);
  });
}
