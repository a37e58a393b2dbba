import { join } from 'node:path';
import { type FileSystem, NODE_FILES } from '@pixelrnn/files';
import { asExperiment } from '../experiment-error.ts';
import { sha256, writeWhole } from '../files.ts';
import { endCutLine, writeJournal } from '../run/journal.ts';
import { writeReport } from './report.ts';

/** A sheet of completions that a run has drawn. */
export interface Completions {
  /** Steps of the checkpoint. */
  readonly step: number;
  /** What was completed, for the reader: `test:0-7, rows:14`. */
  readonly caption: string;
  /** See `completionSheet`. */
  readonly png: Uint8Array;
}

/**
 * Keeps a sheet of completions in its run, under `completions/`, and shows it in the report. The same sheet is kept once.
 * @returns the path of the sheet
 * @throws ExperimentError if the folder cannot be written to
 */
export function keepCompletions(
  run: string,
  { step, caption, png }: Completions,
  files: FileSystem = NODE_FILES,
): Promise<string> {
  return asExperiment(async () => {
    const file = join('completions', `${step}-${sha256(png).slice(0, 8)}.png`);
    await writeWhole(join(run, file), png, files);
    await endCutLine(run, files);
    await writeJournal(run, { event: 'completions', step, file, caption }, files);
    await writeReport(run, { files });
    return join(run, file);
  });
}
