// Builds cpp/native with the system's compiler (CXX, else g++) and runs its check; `check-native.mjs bench` also times it.
// `check-native.mjs --target aarch64` builds it for another processor, too, runs that under QEMU, and compares with this one.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const FLAGS =
  '-std=gnu++17 -O3 -fno-math-errno -fno-trapping-math -Wall -Wextra -Wno-psabi -Wno-ignored-attributes -Wno-maybe-uninitialized -Wno-uninitialized';
const UNITS = { select: '', check: '', base: '' };
const X64_UNITS = { ...UNITS, avx2: '-mavx2 -mfma', avx512: '-mavx512f -mavx512vl -mavx512dq -mavx512bw -mavx2 -mfma' };

const HERE = {
  compiler: process.env.CXX ?? 'g++',
  units: process.arch === 'x64' ? X64_UNITS : UNITS,
  link: [],
};
/** Debian's names. Linked statically: the emulator needs none of the other system's libraries. */
const TARGETS = {
  aarch64: {
    compiler: 'aarch64-linux-gnu-g++',
    units: UNITS,
    link: ['-static'],
    emulator: 'qemu-aarch64',
    packages: 'g++-aarch64-linux-gnu qemu-user',
  },
};

const native = fileURLToPath(new URL('../cpp/native/', import.meta.url));
const run = (command, parameters) => execFileSync(command, parameters, { stdio: 'inherit' });

/** Compiles the check into a folder of its own; returns the program. */
function build({ compiler, units, link }, folder) {
  mkdirSync(folder);
  const objects = Object.entries(units).map(([unit, flags]) => {
    const object = join(folder, `${unit}.o`);
    const parameters = `${FLAGS} ${flags}`.split(' ').filter(Boolean);
    run(compiler, [...parameters, '-c', join(native, `${unit}.cc`), '-o', object]);
    return object;
  });
  const program = join(folder, 'check');
  run(compiler, [...link, '-o', program, ...objects]);
  return program;
}

function requireTools(name, { compiler, emulator, packages }) {
  for (const tool of [compiler, emulator]) {
    try {
      execFileSync(tool, ['--version'], { stdio: 'ignore' });
    } catch (error) {
      throw new Error(`check-native: ${name} needs ${tool} (Debian: apt-get install ${packages}): ${error.message}`);
    }
  }
}

function check(folder, { values: { target: name }, positionals }) {
  const target = TARGETS[name];
  if (name !== undefined && !target)
    throw new Error(`check-native: wanted a target out of ${Object.keys(TARGETS)}, got ${name}`);
  if (target) requireTools(name, target);
  const program = build(HERE, join(folder, 'here'));
  if (!target) return run(program, positionals);
  const outputs = join(folder, 'outputs');
  run(program, ['write', outputs]);
  run(target.emulator, [build(target, join(folder, name)), 'against', outputs]);
}

const folder = mkdtempSync(join(tmpdir(), 'pixelrnn-native-'));
try {
  check(folder, parseArgs({ options: { target: { type: 'string' } }, allowPositionals: true }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
