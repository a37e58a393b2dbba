import type { Command } from 'commander';

/** Where the data lie, for the commands that read some. */
export interface DataFlags {
  readonly dataDir?: string;
  /** A folder of images. */
  readonly images?: string;
}

/** Adds `--data-dir`. */
export const withDataDir = (command: Command): Command =>
  command.option('--data-dir <folder>', 'data folder (default: $PIXELRNN_DATA, else the user cache)');

/** Adds the flags of {@link DataFlags} to a command that reads the data of a run. */
export const withDataFlags = (command: Command): Command =>
  withDataDir(command).option('--images <folder|pack>', 'where the images of the run lie now, if they have been moved');
