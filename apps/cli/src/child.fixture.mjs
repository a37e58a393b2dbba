// The command in a process of its own, from its sources: `node child.fixture.mjs <args>`.
import { fileURLToPath } from 'node:url';
import { createViteServer } from 'vitest/node';

const source = '@pixelrnn/source';
const server = await createViteServer({
  root: fileURLToPath(new URL('..', import.meta.url)),
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  ssr: { resolve: { conditions: [source], externalConditions: [source] } },
});
await server.ssrLoadModule('/src/main.ts');
await server.close();
