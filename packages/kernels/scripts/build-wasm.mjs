// Compiles cpp/wasm/*.cc to WebAssembly SIMD, one module each, embedded as base64 in src/generated/<name>.ts.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { WASM_MODULES, wasmModule } from './wasm-module.mjs';

const generated = new URL('../src/generated/', import.meta.url);

/** The module, or the end: the compiler's own text has gone to stderr, and its error carries every source. */
async function compile(name) {
  try {
    return await wasmModule(name);
  } catch (error) {
    console.error(String(error.message));
    process.exit(1);
  }
}

/** Written aside and renamed: readers never see half a file. */
function embed(name, text) {
  const file = new URL(`${name}.ts`, generated);
  writeFileSync(new URL(`${name}.ts.new`, generated), text);
  renameSync(new URL(`${name}.ts.new`, generated), file);
}

mkdirSync(generated, { recursive: true });
for (const name of WASM_MODULES) {
  const { size, text } = await compile(name);
  embed(name, text);
  console.log(`${name}: ${size} bytes of WebAssembly`);
}
