import path from 'node:path';
import { node, root } from './process.mjs';

const entry = path.join(root, 'apps', 'cli', 'dist', 'main.js');

/** Runs the built `pixelrnn` command in this terminal. */
export const pixelrnn = (args) => node([entry, ...args]);

/** Runs it with `--json` and returns the result object, the last line of its stdout. */
export async function pixelrnnJson(args) {
  const output = await node([entry, ...args, '--json'], { capture: true });
  return JSON.parse(output.trim().split('\n').at(-1));
}
