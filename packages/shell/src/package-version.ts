import { readFileSync } from 'node:fs';

/** The version in the package.json one folder above a module of the package's root: the same from `src`, from `dist` and from a bundle. */
export const packageVersion = (module: string): string =>
  JSON.parse(readFileSync(new URL('../package.json', module), 'utf8')).version;
