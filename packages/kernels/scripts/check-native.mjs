// Builds cpp/native with the system's compiler (CXX, else g++) and runs its check; `check-native.mjs bench` also times it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FLAGS =
  '-std=gnu++17 -O3 -fno-math-errno -fno-trapping-math -Wall -Wextra -Wno-psabi -Wno-ignored-attributes -Wno-maybe-uninitialized -Wno-uninitialized';
const UNITS = { select: '', check: '', base: '' };
if (process.arch === 'x64') {
  UNITS.avx2 = '-mavx2 -mfma';
  UNITS.avx512 = '-mavx512f -mavx512vl -mavx512dq -mavx512bw -mavx2 -mfma';
}

const native = fileURLToPath(new URL('../cpp/native/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pixelrnn-native-'));
const compiler = process.env.CXX ?? 'g++';
const run = (command, parameters) => execFileSync(command, parameters, { stdio: 'inherit' });
try {
  for (const [unit, flags] of Object.entries(UNITS)) {
    const parameters = `${FLAGS} ${flags}`.split(' ').filter(Boolean);
    run(compiler, [...parameters, '-c', join(native, `${unit}.cc`), '-o', join(folder, `${unit}.o`)]);
  }
  run(compiler, ['-o', join(folder, 'check'), ...Object.keys(UNITS).map((unit) => join(folder, `${unit}.o`))]);
  run(join(folder, 'check'), process.argv.slice(2));
} finally {
  rmSync(folder, { recursive: true });
}
