// What the page runs: the cases of the fused kernels on one backend, against stock operations in plain JavaScript.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendReport } from '../backend-report.ts';
import { CASES, distance, expectedOf, fusedOf, title } from '../cases.fixture.ts';
import { useBackend } from '../use-backend.ts';

/** What the page posts to the test. */
export type PageReport =
  | { readonly started: BackendReport; readonly distances: readonly { title: string; distance: number }[] }
  | { readonly error: string };

async function run(): Promise<PageReport> {
  const backend = new URL(location.href).searchParams.get('backend') as 'wasm' | 'webgpu';
  const started = await useBackend(backend).catch((error: Error) => error.message);
  if (typeof started === 'string') return { error: started };
  const distances = [];
  for (const test of CASES.filter(({ kernel }) => started.fused.includes(kernel.name)).filter((_, i) => i % 3 === 0)) {
    await tf.setBackend('cpu');
    const expected = await expectedOf(test);
    await tf.setBackend(backend);
    const actual = await fusedOf(test);
    distances.push({
      title: title(test),
      distance: Math.max(...actual.map((values, i) => distance(values, expected[i]))),
    });
  }
  return { started, distances };
}

const report = await run().catch((error: Error): PageReport => ({ error: `${error.stack}` }));
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
