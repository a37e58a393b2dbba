import { readFileSync } from 'node:fs';

/** Version of the command, which is that of all packages. The same from `src`, from `dist` and from a bundle. */
export const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
