import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { didYouMean, ExperimentError, openRun, type Run } from '@pixelrnn/experiment';
import { isPreset } from '@pixelrnn/models';
import { isPretrained, PRETRAINED } from '@pixelrnn/pretrained';
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
 *
 * @throws ExperimentError if there is neither a folder nor a pretrained preset of that name
 */
export function runFolder(argument: string): string {
  if (holdsRun(argument)) return argument;
  if (isPretrained(argument)) return pretrainedRun(argument);
  if (existsSync(argument)) return argument; // to open it tells what it is not
  const trained = join('runs', argument); // where `train` puts what it is not told to put elsewhere
  const own = holdsRun(trained) ? `; did you mean "${trained}"?` : '';
  if (isPreset(argument))
    throw new ExperimentError(
      `${argument} is a preset of which no weights are published: pixelrnn train ${argument} makes some${own}`,
    );
  const hint = own || didYouMean(argument, PRETRAINED);
  const nor = basename(argument) === argument ? ', nor a pretrained run of that name' : '';
  throw new ExperimentError(`${argument} holds no run: there is no such folder${nor}${hint}`);
}

const holdsRun = (folder: string): boolean => existsSync(join(folder, 'config.json'));

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
