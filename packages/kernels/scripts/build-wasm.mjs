// Compiles cpp/wasm/*.cc to one WebAssembly SIMD module and embeds it as base64 in src/generated/wasm.ts.
// The compiler is clang from npm (itself WebAssembly): any machine with Node builds the same bytes.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { runClang } from '@yowasp/clang';

const cpp = new URL('../cpp/', import.meta.url);
const generated = new URL('../src/generated/', import.meta.url);

const FLAGS = [
  '-std=c++17 -O3 -Wall -Wextra -Werror -ffreestanding -fno-exceptions -fno-rtti -fno-math-errno -ffp-contract=off',
  '-msimd128 -mbulk-memory -nostdlib -nostartfiles -I.',
  '-DPIXELRNN_ISA=wasm -DPIXELRNN_LANES=4 -DPIXELRNN_REGISTERS=16',
  '-Wl,--no-entry -Wl,--import-memory -Wl,--export=__stack_pointer -Wl,-z,stack-size=65536 -Wl,--strip-all',
].flatMap((line) => line.split(' '));

/** The C++ files of one folder, by name. */
function sources(folder) {
  const names = readdirSync(folder).filter((name) => /\.(h|cc)$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
}

/** The module must run inside someone else's memory: nothing to import but that memory, no data of its own. */
function check(bytes) {
  const module = new WebAssembly.Module(bytes);
  const imports = WebAssembly.Module.imports(module).map((entry) => `${entry.module}.${entry.name}`);
  if (imports.join() !== 'env.memory') throw new Error(`build-wasm: expected only env.memory imported, got ${imports}`);
  if (sections(bytes).includes(11)) throw new Error('build-wasm: expected no data section, got one');
}
/** Ids of a module's sections (WebAssembly core specification, 5.5.2). */
function sections(bytes) {
  const ids = [];
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at++]);
    let size = 0;
    let byte = 128;
    for (let shift = 0; byte & 128; shift += 7) {
      byte = bytes[at++];
      size |= (byte & 127) << shift;
    }
    at += size;
  }
  return ids;
}

const entries = sources(new URL('wasm/', cpp));
const files = { ...sources(cpp), wasm: entries };
const units = Object.keys(entries)
  .filter((name) => name.endsWith('.cc'))
  .map((name) => `wasm/${name}`);
const { 'kernels.wasm': bytes } = await runClang(['clang++', ...FLAGS, ...units, '-o', 'kernels.wasm'], files).catch(
  (error) => {
    console.error(String(error.message)); // the compiler's own text has gone to stderr; the error carries every source
    process.exit(1);
  },
);
check(bytes);

mkdirSync(generated, { recursive: true });
const text = `/** The kernels' WebAssembly module; made by scripts/build-wasm.mjs. */
export const WASM_BASE64 =
  '${Buffer.from(bytes).toString('base64')}';
`;
writeFileSync(new URL('wasm.ts.new', generated), text);
renameSync(new URL('wasm.ts.new', generated), new URL('wasm.ts', generated)); // readers never see half a file
console.log(`kernels.wasm: ${bytes.length} bytes`);
