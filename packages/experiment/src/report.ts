import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileSystem } from '@pixelrnn/data/node';
import { newestCheckpoint } from './checkpoint.ts';
import { asExperiment, ExperimentError } from './experiment-error.ts';
import { NODE_FILES, writeWhole } from './files.ts';
import { readJournal } from './journal.ts';
import { reportHtml, type SamplePicture } from './report-html.ts';
import { readRunConfig } from './run-config.ts';

export interface ReportOptions {
  /** Pictures to show beside the samples of the run (completions), by caption. */
  readonly pictures?: readonly { readonly caption: string; readonly png: Uint8Array }[];
  /** The file system, for tests. */
  readonly files?: FileSystem;
}

/**
 * Writes `report.html`: one page with everything in it. Anything that the run did since is in it after another call.
 * @returns its path
 */
export function writeReport(
  folder: string,
  { pictures = [], files = NODE_FILES }: ReportOptions = {},
): Promise<string> {
  return asExperiment(async () => {
    const config = await readRunConfig(folder);
    if (!config) throw new ExperimentError(`${folder} holds no run: there is no config.json`);
    const journal = await readJournal(folder);
    const samples: SamplePicture[] = [];
    for (const { event, step, file } of journal) {
      if (event !== 'samples' || typeof file !== 'string') continue;
      const png = await readFile(join(folder, file)).catch(() => undefined); // someone may have tidied up
      if (png) samples.push({ caption: `step ${step}`, png });
    }
    const newest = await newestCheckpoint(folder, () => {});
    const html = reportHtml({ config, journal, samples, pictures, state: newest?.state });
    const path = join(folder, 'report.html');
    await writeWhole(path, html, files);
    return path;
  });
}
