import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type FileSystem, NODE_FILES } from '@pixelrnn/files';
import { newestWeights } from '../checkpoint/checkpoint.ts';
import { asExperiment } from '../experiment-error.ts';
import { writeWhole } from '../files.ts';
import { type JournalEntry, readJournal } from '../run/journal.ts';
import { noRunIn, readRunConfig } from '../run/run-config.ts';
import { reportHtml, type SamplePicture } from './report-html.ts';

/** What a report shows beside what lies in the run. */
export interface ReportOptions {
  /** More pictures to show beside the completions that the run keeps. */
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
    if (!config) throw noRunIn(folder);
    const journal = await readJournal(folder);
    const samples = await picturesOf(folder, journal, 'samples');
    const completions = [...(await picturesOf(folder, journal, 'completions')), ...pictures];
    const newest = await newestWeights(folder, () => {});
    const html = await reportHtml({ config, journal, samples, completions, state: newest?.state });
    const path = join(folder, 'report.html');
    await writeWhole(path, html, files);
    return path;
  });
}

/** The pictures that the journal tells of, each file once and as far as they are still there. */
async function picturesOf(
  folder: string,
  journal: readonly JournalEntry[],
  wanted: JournalEntry['event'],
): Promise<SamplePicture[]> {
  const captions = new Map<string, string>();
  for (const { event, step, file, caption } of journal)
    if (event === wanted && typeof file === 'string')
      captions.set(file, typeof caption === 'string' ? `${caption}, step ${step}` : `step ${step}`);
  const pictures: SamplePicture[] = [];
  for (const [file, caption] of captions) {
    const png = await ownFile(folder, file).catch(() => undefined); // someone may have tidied up
    if (png) pictures.push({ caption, png });
  }
  return pictures;
}

/** A file of the run's own folder: a journal from elsewhere may name any other, and a report is made to be given away. */
async function ownFile(folder: string, name: string): Promise<Uint8Array | undefined> {
  const [home, path] = await Promise.all([realpath(folder), realpath(join(folder, name))]);
  return path.startsWith(home + sep) ? readFile(path) : undefined;
}
