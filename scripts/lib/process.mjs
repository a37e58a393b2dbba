// How the scripts start other programs: without a shell, so that they run alike on every system.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** A started program ended with another exit code than 0. */
export class ProgramFailed extends Error {
  name = 'ProgramFailed';
  constructor(command, code) {
    super(`${command} ended with exit code ${code}`);
    this.code = code;
  }
}

export const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

// turbo looks for pnpm in the PATH; pnpm is installed beside it, but only `npm run` puts that folder there.
process.env.PATH = [path.join(root, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter);
process.env.TURBO_TELEMETRY_DISABLED = '1';

/** Runs a program to its end in this terminal; with `capture`, returns its stdout and shows it only on failure. */
export function run(command, args, { cwd = root, capture = false, env, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ['inherit', capture ? 'pipe' : 'inherit', 'inherit'];
    const child = spawn(command, args, { cwd, stdio, shell, env: { ...process.env, ...env } });
    const wait = () => {}; // Ctrl-C reaches the child too: it decides what to finish, and we end with its exit code
    process.on('SIGINT', wait);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', wait);
      if (code === 0) return resolve(output);
      process.stdout.write(output); // what was not shown may say why
      reject(new ProgramFailed(`${path.basename(command)} ${args.join(' ')}`, code ?? (signal === 'SIGINT' ? 130 : 1)));
    });
  });
}

/** Runs a Node program. */
export const node = (args, options) => run(process.execPath, args, options);

/** Runs an installed development tool, by the name of its npm package and, where that differs, of its command. */
export function tool(name, args, { command = name, ...options } = {}) {
  const folder = path.join(root, 'node_modules', name);
  const { bin } = readJson(path.join(folder, 'package.json'));
  return node([path.join(folder, typeof bin === 'string' ? bin : bin[command]), ...args], options);
}

/** Runs npm: the one that runs this script, else the one in the PATH. */
export function npm(args, options) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js')) return node([cli, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** The body of a script: a failure is told in one line, and the exit code is that of the program that failed. */
export async function main(body) {
  try {
    await body(process.argv.slice(2));
  } catch (error) {
    console.error(`\n${error.message}`);
    process.exitCode = error instanceof ProgramFailed ? error.code : 1;
  }
}
