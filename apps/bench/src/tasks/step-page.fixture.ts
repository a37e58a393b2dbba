// A page that takes training steps on WebAssembly, and says how long they took; see `scripts/measure-page.mjs`.
import { useBackend } from '@pixelrnn/backends';
import { prepareTraining } from './train-task.ts';

const WARM_UP = 5;
const STEPS = 15;

async function run() {
  const query = new URL(location.href).searchParams;
  const { tried } = await useBackend('wasm', { threads: Number(query.get('threads')) });
  const { probes, outcome } = await prepareTraining({ kind: 'train', model: query.get('preset')!, batch: 16 });
  const milliseconds: number[] = [];
  for (let step = 0; step < WARM_UP + STEPS; step++) {
    const began = performance.now();
    await probes.step.run();
    if (step >= WARM_UP) milliseconds.push(performance.now() - began);
  }
  return { detail: tried.at(-1)?.detail, milliseconds, ...(await outcome!()) };
}

const report = await run().catch((error: Error) => ({ error: `${error.stack}` }));
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
