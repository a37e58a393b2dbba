import { createRequire } from 'node:module';

const manifest: { version: string } = createRequire(import.meta.url)('../package.json');

/** Version of the command, which is that of all packages. */
export const version = manifest.version;
