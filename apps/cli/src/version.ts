import { packageVersion } from '@pixelrnn/shell';

/** Version of the command, which is that of all packages. */
export const version = packageVersion(import.meta.url);
