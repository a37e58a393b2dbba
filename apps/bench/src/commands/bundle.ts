import { resolve } from 'node:path';
import type { Command } from 'commander';
import { archive } from '../bundle/archive.ts';
import { makeBundle } from '../bundle/bundle.ts';
import type { Installation } from '../installation.ts';

/** `pixelrnn-bench bundle`: everything that a machine without Node.js and network needs to be measured. */
export function addBundle(command: Command, { terminal, program, home }: Installation): void {
  command
    .command('bundle')
    .description('Pack a self-contained folder and archive for machines without Node.js and network.')
    .option('--out <folder>', 'folder to make', 'pixelrnn-bench-bundle')
    .option('--data-dir <folder>', 'data folder to take binarized MNIST from')
    .action(async (flags: { out: string; dataDir?: string }) => {
      const out = resolve(flags.out);
      const note = (line: string) => terminal.stderr(`${line}\n`);
      await makeBundle({ out, program, home, dataDir: flags.dataDir, note });
      const bytes = await archive(out, `${out}.tar.gz`);
      terminal.stdout(`${out}.tar.gz: ${(bytes / 1e6).toFixed(1)} MB\n`);
    });
}
