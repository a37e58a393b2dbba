// Compiles cpp/wasm/*.cc to WebAssembly SIMD, one module each, embedded as base64 in src/generated/<name>.ts.
// The compiler is clang from npm (itself WebAssembly): any machine with Node builds the same bytes.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { runClang } from '@yowasp/clang';

const cpp = new URL('../cpp/', import.meta.url);
const generated = new URL('../src/generated/', import.meta.url);

const FLAGS = [
  '-std=c++17 -O3 -Wall -Wextra -Werror -ffreestanding -fno-exceptions -fno-rtti -fno-math-errno -ffp-contract=off',
  '-msimd128 -mbulk-memory -nostdlib -nostartfiles -I.',
  '-DPIXELRNN_ISA=wasm -DPIXELRNN_LANES=4 -DPIXELRNN_REGISTERS=16',
  '-mllvm -disable-lsr', // loop strength reduction moves constant offsets out of the load instructions: 10 % slower
  '-Wl,--no-entry -Wl,--import-memory -Wl,--export=__stack_pointer -Wl,-z,stack-size=65536 -Wl,--strip-all',
].flatMap((line) => line.split(' '));

/** What each module may import: it lives in someone else's memory. */
const IMPORTS = { streaming: ['env.memory'], training: ['env.allocate', 'env.memory'] };

/** The C++ files of one folder, by name. */
function sources(folder) {
  const names = readdirSync(folder).filter((name) => /\.(h|cc)$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
}

async function compile(name) {
  const folders = { drivers: sources(new URL('drivers/', cpp)), wasm: sources(new URL('wasm/', cpp)) };
  const command = ['clang++', ...FLAGS, `wasm/${name}.cc`, '-o', 'out.wasm'];
  try {
    return (await runClang(command, { ...sources(cpp), ...folders }))['out.wasm'];
  } catch (error) {
    console.error(String(error.message)); // the compiler's own text has gone to stderr; the error carries every source
    process.exit(1);
  }
}

/** No imports but the agreed ones, and no data of its own. */
function check(name, bytes) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).map(
    (entry) => `${entry.module}.${entry.name}`,
  );
  if (imports.sort().join() !== IMPORTS[name].join())
    throw new Error(`build-wasm: expected ${name} to import ${IMPORTS[name]}, got ${imports}`);
  if (sections(bytes).includes(11)) throw new Error(`build-wasm: expected no data section in ${name}, got one`);
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

/** Written aside and renamed: readers never see half a file. */
function embed(name, bytes) {
  const text = `/** WebAssembly of cpp/wasm/${name}.cc; made by scripts/build-wasm.mjs. */
export const WASM_BASE64 =
  '${Buffer.from(bytes).toString('base64')}';
`;
  const file = new URL(`${name}.ts`, generated);
  writeFileSync(new URL(`${name}.ts.new`, generated), text);
  renameSync(new URL(`${name}.ts.new`, generated), file);
}

mkdirSync(generated, { recursive: true });
for (const name of Object.keys(IMPORTS)) {
  const bytes = await compile(name);
  check(name, bytes);
  embed(name, bytes);
  console.log(`${name}: ${bytes.length} bytes of WebAssembly`);
}
