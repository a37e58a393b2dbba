// `node scripts/measure-decoder.mjs [--preset mnist-diagonal-bilstm]`, after `npm run build`: what a page that decodes archives of a pretrained preset
// loads, in kilobytes: its program, as Vite bundles it, and the weights, both gzipped.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { BUNDLERS } from './lib/bundlers.mjs';
import { main, root } from './lib/process.mjs';

const { pretrained } = await import('../packages/pretrained/dist/index.js');

const program = (preset) => `
import { decompress } from '@pixelrnn/codec';
import { createModel } from '@pixelrnn/models';
import { pretrained } from '@pixelrnn/pretrained';
import { loadPretrained } from '@pixelrnn/weights';

onmessage = async ({ data }) => {
  const { config, weights } = await loadPretrained(pretrained('${preset}'));
  postMessage(await decompress(data, () => ({ model: createModel(config), weights })));
};`;

const kilobytes = (files) =>
  Math.round(files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0) / 1000);

await main(async (args) => {
  const { values } = parseArgs({ args, options: { preset: { type: 'string', default: 'mnist-diagonal-bilstm' } } });
  const folder = mkdtempSync(path.join(root, 'examples/page/decoder-')); // where names of packages resolve
  try {
    writeFileSync(path.join(folder, 'page.js'), program(values.preset));
    const out = path.join(folder, 'out');
    await BUNDLERS.vite(folder, 'page.js', out);
    const built = readdirSync(out, { recursive: true, withFileTypes: true }).map(({ parentPath, name }) =>
      path.join(parentPath, name),
    );
    const scripts = kilobytes(built.filter((file) => /\.(js|wasm)$/.test(file)));
    const weights = kilobytes([pretrained(values.preset).weights]);
    console.log(`${scripts} KB of JavaScript, WebAssembly included, and ${weights} KB of weights of ${values.preset}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
