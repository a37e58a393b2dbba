import { packageVersion } from '@pixelrnn/shell';

/** Version of the command, which is that of all packages. The same from `src`, from `dist` and from a bundle. */
export const version = packageVersion(import.meta.url);
