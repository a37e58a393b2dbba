import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openRun, type Run } from '@pixelrnn/experiment';
import { isPretrained } from '@pixelrnn/pretrained';
import { pretrainedRun } from '@pixelrnn/pretrained/node';
import { type Command, InvalidArgumentError } from 'commander';
import type { DataFlags } from './data-flags.ts';
import type { GlobalFlags, PixelrnnContext } from './define-command.ts';

/** Flags of the commands that read a run. */
export interface RunFlags extends GlobalFlags {
  readonly checkpoint: 'best' | 'latest' | number;
}

/** Adds the flags of {@link RunFlags}. */
export const withRunFlags = (command: Command): Command =>
  command.option('--checkpoint <which>', 'best (by validation), latest, or a step', parseCheckpoint, 'best');

/**
 * The folder that a command's argument means: itself, or, where it holds no run, that of the pretrained preset of its name. Only a
 * folder of the user's own is written to.
 */
export const runFolder = (argument: string): string =>
  isPretrained(argument) && !existsSync(join(argument, 'config.json')) ? pretrainedRun(argument) : argument;

/** Opens the checkpoint of a run that the flags name. */
export const openRunOf = (
  context: PixelrnnContext,
  { checkpoint, dataDir, images }: RunFlags & Partial<DataFlags>,
  folder: string,
): Promise<Run> => openRun(runFolder(folder), { checkpoint, dataDir, images, onWarning: context.note });

function parseCheckpoint(text: string): RunFlags['checkpoint'] {
  if (text === 'best' || text === 'latest') return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected best, latest, or a step.');
}
