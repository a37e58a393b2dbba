import { mkdir } from 'node:fs/promises';
import { datasetFiles } from '@pixelrnn/data/node';
import { RECIPES } from '@pixelrnn/experiment';
import { isPreset } from '@pixelrnn/models';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { type ShellBlock, shellBlocks, shortened } from './readmes.fixture.ts';
import { runHere } from './terminal.fixture.ts';

// The commands that READMEs show are run as they stand there, one after the other, but for the budget of `shortened`.

const at = temporaryFolder();
const blocks = shellBlocks();

/** The data set that a command reads, if the line says so: by the name of a preset. */
function datasetOf([command, subject]: readonly string[]): string | undefined {
  const reads = ['train', 'evaluate', 'complete'].includes(command) && isPreset(subject);
  return reads ? RECIPES[subject].paper.dataset.name : undefined;
}

const fetched = (lines: ShellBlock['lines']) => lines.flatMap(([command, name]) => (command === 'fetch' ? [name] : []));

/** The lines that can be run: without the files of a data set, those before it is fetched. */
async function runnable({ lines }: ShellBlock): Promise<ShellBlock['lines']> {
  for (const [i, [command, name]] of lines.entries()) {
    if (command === 'fetch' && (await datasetFiles(name))?.missing.length !== 0) return lines.slice(0, i);
  }
  return lines;
}

it('finds the commands of the root and of the command line', () => {
  expect(blocks.map(({ readme }) => readme)).toEqual(expect.arrayContaining(['README.md', 'apps/cli/README.md']));
});

const home = process.cwd();
afterEach(() => process.chdir(home));

describe.each(blocks.map((block, index) => ({ block, readme: block.readme, index })))(
  'a shell block of $readme',
  ({ block, index }) => {
    it('fetches what it reads', () => {
      for (const [i, line] of block.lines.entries()) {
        const dataset = datasetOf(line);
        if (dataset) expect(fetched(block.lines.slice(0, i)), line.join(' ')).toContain(dataset);
      }
    });

    it('runs', async ({ skip }) => {
      const lines = await runnable(block);
      await mkdir(at(String(index)));
      process.chdir(at(String(index)));
      for (const line of lines) {
        const ran = await runHere(shortened(line));
        expect(ran.code, `${shortened(line).join(' ')}\n${ran.stderr}`).toBe(0);
      }
      if (lines.length < block.lines.length)
        skip(
          `${lines.length} of ${block.lines.length} lines ran: ${block.lines[lines.length].join(' ')} needs a network`,
        );
    });
  },
);
