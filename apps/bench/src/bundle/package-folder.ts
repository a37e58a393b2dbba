import { dirname } from 'node:path';

/** The folder of a package, or undefined where it is not installed. */
export function packageFolder(require: NodeJS.Require, name: string): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
