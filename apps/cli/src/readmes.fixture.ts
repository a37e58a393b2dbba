import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The calls of `pixelrnn` in the shell blocks of a README, one after the other as a reader types them: the words of each. */
export interface ReadmeCommands {
  readonly readme: string;
  readonly lines: readonly (readonly string[])[];
}

/** What lines may call beside `pixelrnn`: it is not run, since it installs, builds or measures for minutes. */
const NOT_RUN = ['npm', 'alias', 'pixelrnn-bench'];

/** Every README that calls `pixelrnn`. @throws if a line calls something that is neither run nor known */
export function readmeCommands(): ReadmeCommands[] {
  const folders = ['packages', 'apps'].flatMap((floor) =>
    readdirSync(path.join(root, floor)).map((name) => path.join(floor, name)),
  );
  return ['.', ...folders]
    .map((folder) => path.join(folder, 'README.md'))
    .filter((readme) => existsSync(path.join(root, readme)))
    .map((readme) => ({ readme, lines: commandsOf(readFileSync(path.join(root, readme), 'utf8'), readme) }))
    .filter(({ lines }) => lines.length > 0);
}

function commandsOf(text: string, readme: string): string[][] {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code]) => code);
  const lines = blocks.flatMap((code) => code.split('\n').map(wordsOf)).filter((words) => words.length > 0);
  const unknown = lines.find(([program]) => program !== 'pixelrnn' && !NOT_RUN.includes(program));
  if (unknown)
    throw new Error(`${readme}: wanted pixelrnn, ${NOT_RUN.join(', ')} in shell blocks, got "${unknown[0]}"`);
  return lines.filter(([program]) => program === 'pixelrnn').map(([, ...args]) => args);
}

/** The words of a line without its comment; quotes keep blanks. */
const wordsOf = (line: string): string[] =>
  (line.replace(/(^|\s)#.*$/, '').match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).map((word) =>
    word.replace(/['"]/g, ''),
  );

/**
 * The budget of a test: two steps instead of minutes (and two more where a run goes on), two images drawn, twenty evaluated. Everything else of a line is run as it stands.
 */
export function shortened([command, ...rest]: readonly string[]): string[] {
  const without = (...flags: string[]) =>
    rest.filter((word, i) => !flags.includes(word) && !flags.includes(rest[i - 1]));
  switch (command) {
    case 'train': {
      const budget = rest.includes('--resume') ? ['--steps', '4'] : ['--steps', '2', '--set', 'evaluateImages=20'];
      return [command, ...without('--minutes', '--epochs', '--steps'), ...budget];
    }
    case 'sample':
    case 'complete':
    case 'restore':
      return [command, ...without('--count'), '--count', '2'];
    case 'evaluate':
      return [command, ...without('--limit'), '--limit', '20'];
    default:
      return [command, ...rest];
  }
}
