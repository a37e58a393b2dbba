import { mkdir } from 'node:fs/promises';
import { datasetFiles } from '@pixelrnn/data/node';
import { RECIPES } from '@pixelrnn/experiment';
import { isPreset } from '@pixelrnn/models';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { type ReadmeCommands, readmeCommands, shortened } from './readmes.fixture.ts';
import { runHere } from './terminal.fixture.ts';

// The commands that READMEs show are run as they stand there, one after the other, but for the budget of `shortened`.

const at = temporaryFolder();
const readmes = readmeCommands();

/** The data set that a command reads, if the line says so: by the name of a preset. */
function datasetOf([command, subject]: readonly string[]): string | undefined {
  const reads = ['train', 'evaluate', 'complete'].includes(command) && isPreset(subject);
  return reads ? RECIPES[subject].paper.dataset.name : undefined;
}

const fetched = (lines: ReadmeCommands['lines']) =>
  lines.flatMap(([command, name]) => (command === 'fetch' ? [name] : []));

/** The lines that can be run: without the files of a data set, those before it is fetched. */
async function runnable({ lines }: ReadmeCommands): Promise<ReadmeCommands['lines']> {
  for (const [i, [command, name]] of lines.entries()) {
    if (command === 'fetch' && (await datasetFiles(name))?.missing.length !== 0) return lines.slice(0, i);
  }
  return lines;
}

it('finds the commands of the root and of the command line', () => {
  expect(readmes.map(({ readme }) => readme)).toEqual(expect.arrayContaining(['README.md', 'apps/cli/README.md']));
});

const home = process.cwd();
afterEach(() => process.chdir(home));

describe.each(readmes)('the commands of $readme', (commands) => {
  it('fetch what they read', () => {
    for (const [i, line] of commands.lines.entries()) {
      const dataset = datasetOf(line);
      if (dataset) expect(fetched(commands.lines.slice(0, i)), line.join(' ')).toContain(dataset);
    }
  });

  it('run', async ({ skip }) => {
    const lines = await runnable(commands);
    const folder = at(commands.readme.replace(/\W/g, '-'));
    await mkdir(folder);
    process.chdir(folder);
    for (const line of lines.map(shortened)) {
      const { code, stderr } = await runHere(line);
      expect(code, `${line.join(' ')}\n${stderr}`).toBe(0);
    }
    const next = commands.lines[lines.length];
    if (next) skip(`${lines.length} of ${commands.lines.length} ran: ${next.join(' ')} needs a network`);
  });
});
