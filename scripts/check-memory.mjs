// `npm run check:memory [-- --backend <name> …] [--data-dir <folder>]`: trains 2000 steps on every backend that starts, through the command
// as users run it, with evaluations, checkpoints and samples on the way, and fails where memory grows. A minute or two for each;
// a quarter of an hour for WebGPU in software.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { install } from './install.mjs';
import { buildPixelrnn, pixelrnn, pixelrnnJson } from './lib/cli.mjs';
import { judgeMemory, TOLERANCE } from './lib/memory.mjs';
import { main } from './lib/process.mjs';

const STEPS = 2000;
const options = { backend: { type: 'string', multiple: true }, 'data-dir': { type: 'string' } };
const set = (values) => Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`]);

/** Of the preset `quickstart` on MNIST. */
const TRAINING = { batchSize: 4, evaluateImages: 40 };
/**
 * WebGPU may run in software, where a step on MNIST takes seconds. While the device computes, its binding asks it again and again from
 * `setImmediate`, some 40 MB of garbage a step: a small heap keeps the saw-tooth of the collections below what is to be seen. And the
 * threads that play the device allocate from pools of glibc's, one for each thread: every pool creeps up to the most that its thread has
 * ever held at once, 4 % in 2000 steps. One pool for all does not, nor does another allocator.
 */
const IN_SOFTWARE = {
  set: { 'dataset.name': 'digits', 'model.image.height': 8, 'model.image.width': 8, 'model.layers': 1 },
  env: { NODE_OPTIONS: '--max-old-space-size=64', MALLOC_ARENA_MAX: '1' },
};

async function trainOn(backend, folder, data) {
  const run = path.join(folder, backend);
  const length = ['--steps', String(STEPS)];
  const special = backend === 'webgpu' ? IN_SOFTWARE : {};
  const training = set({ ...TRAINING, ...special.set });
  await pixelrnn(['train', 'quickstart', '--out', run, '--backend', backend, ...length, ...data, ...training], special);
  const lines = readFileSync(path.join(run, 'journal.jsonl'), 'utf8').trim().split('\n');
  return judgeMemory(lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'step'));
}

await main(async (args) => {
  const { values } = parseArgs({ args, options });
  const data = values['data-dir'] ? ['--data-dir', values['data-dir']] : [];
  await install();
  await buildPixelrnn();
  await pixelrnn(['fetch', 'mnist', ...data]);
  const { tried } = await pixelrnnJson(['doctor']);
  const backends = values.backend ?? tried.filter(({ ok }) => ok).map(({ name }) => name);
  const folder = mkdtempSync(path.join(tmpdir(), 'pixelrnn-memory-'));
  const judged = [];
  try {
    for (const backend of backends) judged.push({ backend, ...(await trainOn(backend, folder, data)) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const percent = (value) => `${(100 * value).toFixed(1)} %`;
  console.table(
    judged.map(({ backend, tensors, early, late, change, isSteady }) => ({
      backend,
      tensors: tensors.join(', '),
      'MiB, steps 500–1000': early,
      'MiB, last 500': late,
      change: percent(change),
      steady: isSteady ? 'yes' : 'NO',
    })),
  );
  const growing = judged.filter(({ isSteady }) => !isSteady).map(({ backend }) => backend);
  if (growing.length > 0)
    throw new Error(
      `check-memory: wanted one number of tensors, and resident memory within ${percent(TOLERANCE)}, not so on ${growing.join(', ')}`,
    );
});
