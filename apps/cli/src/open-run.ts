import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openRun, type Run } from '@pixelrnn/experiment';
import { isPretrained, pretrainedRun } from '@pixelrnn/pretrained';
import { type Command, InvalidArgumentError } from 'commander';
import type { GlobalFlags } from './flags.ts';
import type { Session } from './session.ts';

/** Flags of the commands that read a run. */
export interface RunFlags extends GlobalFlags {
  readonly checkpoint: 'best' | 'latest' | number;
  readonly dataDir?: string;
}

/** Adds the flags of {@link RunFlags}. */
export const withRunFlags = (command: Command): Command =>
  command
    .option('--checkpoint <which>', 'best (by validation), latest, or a step', parseCheckpoint, 'best')
    .option('--data-dir <folder>', 'data folder (default: $PIXELRNN_DATA, else the user cache)');

/** Where a run lies, and whether what is learned of it may be written there. */
export interface RunFolder {
  readonly folder: string;
  readonly own: boolean;
}

/** The folder that a command's argument means: one of the user's, or the run of a pretrained preset. */
export function runFolder(argument: string): RunFolder {
  if (existsSync(join(argument, 'config.json')) || !isPretrained(argument)) return { folder: argument, own: true };
  return { folder: pretrainedRun(argument), own: false };
}

/** Opens the checkpoint of a run that the flags name. */
export const openRunOf = (session: Session, { checkpoint, dataDir }: RunFlags, folder: string): Promise<Run> =>
  openRun(runFolder(folder).folder, { checkpoint, dataDir, onWarning: session.note });

function parseCheckpoint(text: string): RunFlags['checkpoint'] {
  if (text === 'best' || text === 'latest') return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected best, latest, or a step.');
}
