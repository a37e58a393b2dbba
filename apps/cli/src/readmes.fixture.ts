import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A block of shell commands in a README: its command lines, as words. */
export interface ShellBlock {
  readonly readme: string;
  readonly lines: readonly (readonly string[])[];
}

/** What lines may call beside `pixelrnn`: it is not run, since it installs, builds or measures for minutes. */
const NOT_RUN = ['npm', 'alias', 'pixelrnn-bench'];

/** The shell blocks of all READMEs that call `pixelrnn`. @throws if a line calls something that is neither run nor known */
export function shellBlocks(): ShellBlock[] {
  const folders = ['packages', 'apps'].flatMap((floor) =>
    readdirSync(path.join(root, floor)).map((name) => path.join(floor, name)),
  );
  const readmes = ['.', ...folders].map((folder) => path.join(folder, 'README.md'));
  return readmes
    .filter((readme) => existsSync(path.join(root, readme)))
    .flatMap((readme) => {
      const text = readFileSync(path.join(root, readme), 'utf8');
      return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code]) => ({
        readme,
        lines: commandsOf(code, readme),
      }));
    })
    .filter(({ lines }) => lines.length > 0);
}

function commandsOf(code: string, readme: string): string[][] {
  const all = code.split('\n').map(wordsOf);
  const lines = all.filter((words) => words.length > 0);
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
 * The budget of a test: two steps instead of minutes, two images drawn, twenty evaluated. Everything else of a line is run as it stands.
 */
export function shortened([command, ...rest]: readonly string[]): string[] {
  const without = (...flags: string[]) =>
    rest.filter((word, i) => !flags.includes(word) && !flags.includes(rest[i - 1]));
  switch (command) {
    case 'train':
      return [command, ...without('--minutes', '--epochs', '--steps'), '--steps', '2', '--set', 'evaluateImages=20'];
    case 'sample':
    case 'complete':
      return [command, ...without('--count'), '--count', '2'];
    case 'evaluate':
      return [command, ...without('--limit'), '--limit', '20'];
    default:
      return [command, ...rest];
  }
}
