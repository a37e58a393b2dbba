// `node from-source.mjs <file.ts> <args>`: runs a program of the workspace from its sources, in a process of its own. For tests of what a
// process does as a whole; the program sees its arguments where it would after a build.
import path from 'node:path';
import { createViteServer } from 'vitest/node';
import { root } from './process.mjs';

const source = '@pixelrnn/source';
const [file] = process.argv.splice(2, 1);
const server = await createViteServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  ssr: { resolve: { conditions: [source], externalConditions: [source] } },
});
await server.ssrLoadModule(path.resolve(file));
await server.close();
