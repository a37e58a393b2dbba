// One WebAssembly SIMD module out of cpp/wasm/<name>.cc, as the text of src/generated/<name>.ts.
// The compiler is clang from npm (itself WebAssembly): any machine with Node builds the same bytes.
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { runClang } from '@yowasp/clang';

const cpp = new URL('../cpp/', import.meta.url);

const FLAGS = [
  '-std=c++17 -Wall -Wextra -Werror -ffreestanding -fno-exceptions -fno-rtti -fno-math-errno -ffp-contract=off',
  '-msimd128 -mbulk-memory -nostdlib -nostartfiles -I.',
  '-DPIXELRNN_ISA=wasm -DPIXELRNN_LANES=4 -DPIXELRNN_REGISTERS=16',
  '-mllvm -disable-lsr', // loop strength reduction moves constant offsets out of the load instructions: 10 % slower
  '-Wl,--no-entry -Wl,--import-memory -Wl,--max-memory=4294967296 -Wl,--export=__stack_pointer -Wl,-z,stack-size=65536 -Wl,--strip-all',
].flatMap((line) => line.split(' '));

/** What each module may import: it lives in someone else's memory. */
const IMPORTS = { streaming: ['env.memory'], training: ['env.allocate', 'env.memory', 'env.parallel', 'env.threads'] };

/** Names of all modules. */
export const WASM_MODULES = Object.keys(IMPORTS);

/** Whether a module is made of a source, given by its path below cpp/. */
export function isMadeOf(name, source) {
  const files = sources();
  /** As the compiler looks for it: beside the file that includes it, else from cpp/. */
  const place = (path, included) => {
    const beside = posix.join(posix.dirname(path), included);
    return files[beside] === undefined ? included : beside;
  };
  const reaches = (path) =>
    path === source ||
    [...files[path].matchAll(/#include "(.+)"/g)].some(([, included]) => reaches(place(path, included)));
  return reaches(`wasm/${name}.cc`);
}

/** Sources by their path below cpp/, as the compiler is handed them. */
function sources() {
  const ofFolder = (folder) =>
    readdirSync(new URL(folder, cpp))
      .filter((name) => /\.(h|cc)$/.test(name))
      .map((name) => [`${folder}${name}`, readFileSync(new URL(`${folder}${name}`, cpp), 'utf8')]);
  return Object.fromEntries(['', 'drivers/', 'wasm/'].flatMap(ofFolder));
}

/** `{ 'a.h': …, 'drivers/b.h': … }` as a tree of folders. */
function inFolders(files) {
  const tree = {};
  for (const [path, text] of Object.entries(files)) {
    const [name, folder] = path.split('/').reverse();
    if (folder === undefined) tree[name] = text;
    else tree[folder] = { ...tree[folder], [name]: text };
  }
  return tree;
}

/**
 * @param name of the module
 * @param changed sources that differ from those on the disk, by their path below cpp/
 * @param level of optimization
 */
export async function wasmModule(name, { changed = {}, level = 3 } = {}) {
  const command = ['clang++', `-O${level}`, ...FLAGS, `wasm/${name}.cc`, '-o', 'out.wasm'];
  const bytes = (await runClang(command, inFolders({ ...sources(), ...changed })))['out.wasm'];
  check(name, bytes);
  return { size: bytes.length, text: textOf(name, bytes) };
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

const textOf = (name, bytes) => `/** WebAssembly of cpp/wasm/${name}.cc; made by scripts/build-wasm.mjs. */
export const WASM_BASE64 =
  '${Buffer.from(bytes).toString('base64')}';
`;
