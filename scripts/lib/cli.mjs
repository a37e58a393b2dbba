import path from 'node:path';
import { node, root, tool } from './process.mjs';

/** The built command. */
export const entry = path.join(root, 'apps', 'cli', 'dist', 'main.js');

/** Builds the command and what it depends on; type declarations, which take most of the time, only if asked for. */
export const buildPixelrnn = ({ types = false } = {}) =>
  tool('turbo', ['run', 'build', '--filter=@pixelrnn/cli...'], {
    env: types ? {} : { PIXELRNN_NO_TYPES: '1' },
  });

/** Runs the built `pixelrnn` command in this terminal. */
export const pixelrnn = (args, { env } = {}) => node([entry, ...args], { env });

/** Runs it with `--json` and returns the result object, the last line of its stdout. */
export async function pixelrnnJson(args, { env } = {}) {
  const output = await node([entry, ...args, '--json'], { capture: true, env });
  return JSON.parse(output.trim().split('\n').at(-1));
}
