import { existsSync } from 'node:fs';
import { defineConfig } from 'tsup';

// One build for every package: each entry named in its `exports` or `imports` becomes ESM and a declaration file.
const entries = [
  'src/index.ts',
  'src/node.ts',
  'src/tf-layers.ts',
  'src/main.ts',
  'src/message.ts',
  'src/worker.ts',
  'src/gradients.ts',
  'src/gradients.browser.ts',
  'src/native.ts',
  'src/native.browser.ts',
];

export default defineConfig({
  entry: entries.filter((entry) => existsSync(entry)),
  format: 'esm',
  target: 'es2022',
  // Declarations take most of the time, and who only wants to run the command needs none.
  dts: process.env.PIXELRNN_NO_TYPES
    ? false
    : { compilerOptions: { customConditions: [], allowImportingTsExtensions: true, ignoreDeprecations: '5.0' } },
  clean: true,
  sourcemap: true,
  splitting: true,
  removeNodeProtocol: false, // bundlers know Node's modules by it
  external: [/^#/], // a package's own `imports`: the user's platform chooses
});
