import { join } from 'node:path';
import type { JsonObject } from '@pixelrnn/core';
import { type FileSystem, NODE_FILES } from '@pixelrnn/files';
import { append, readText, writeWhole } from '../files.ts';

/** One line of `journal.jsonl`. */
export type JournalEntry = JsonObject & {
  readonly event:
    | 'start'
    | 'resume'
    | 'step'
    | 'evaluation'
    | 'samples'
    | 'end'
    | 'extend'
    | 'amend'
    | 'evaluate'
    | 'completions';
  /** Steps done. */
  readonly step: number;
  /** When it was written, ISO 8601. */
  readonly time: string;
};

export const journalPath = (run: string): string => join(run, 'journal.jsonl');

/** Adds an event, with the time. */
export async function writeJournal(
  run: string,
  entry: Omit<JournalEntry, 'time'>,
  files: FileSystem = NODE_FILES,
): Promise<void> {
  await append(journalPath(run), `${JSON.stringify({ ...entry, time: new Date().toISOString() })}\n`, files);
}

/** Ends a line that a crash has cut, so that the next event does not continue it. */
export async function endCutLine(run: string, files: FileSystem = NODE_FILES): Promise<void> {
  const text = (await readText(journalPath(run))) ?? '';
  if (text !== '' && !text.endsWith('\n')) await append(journalPath(run), '\n', files);
}

/** All events in their order; a line that a crash has cut is left out. */
export async function readJournal(run: string): Promise<JournalEntry[]> {
  const text = (await readText(journalPath(run))) ?? '';
  return text.split('\n').flatMap((line) => parse(line) ?? []);
}

/**
 * Drops what a run that goes on from `step` does again: the events after it, and of its own those still `undone`. Returns how many
 * they were.
 */
export async function rewindJournal(
  run: string,
  step: number,
  files: FileSystem = NODE_FILES,
  undone: readonly JournalEntry['event'][] = [],
): Promise<number> {
  const text = await readText(journalPath(run));
  if (text === undefined) return 0;
  const lines = text.split('\n').filter((line) => line !== '');
  const kept = lines.filter((line) => {
    const entry = parse(line);
    return entry && (entry.step < step || (entry.step === step && !undone.includes(entry.event)));
  });
  if (kept.length < lines.length) await writeWhole(journalPath(run), kept.map((line) => `${line}\n`).join(''), files);
  else await endCutLine(run, files);
  return lines.length - kept.length;
}

function parse(line: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(line);
    return typeof entry?.step === 'number' ? entry : undefined;
  } catch {
    return undefined;
  }
}
