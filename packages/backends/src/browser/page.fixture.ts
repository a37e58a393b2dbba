// What the page runs: the cases of the fused kernels on one backend, against stock operations in plain JavaScript.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendReport } from '../backend-report.ts';
import { CASES, distance, expectedOf, fusedOf, title } from '../cases.fixture.ts';
import { useBackend } from '../use-backend.ts';

/** What the page posts to the test. */
export type PageReport =
  | {
      readonly started: BackendReport;
      readonly distances: readonly { title: string; distance: number }[];
      /** Of all that the kernels have computed. */
      readonly sha256: string;
    }
  | { readonly error: string };

async function run(): Promise<PageReport> {
  const query = new URL(location.href).searchParams;
  const backend = query.get('backend') as 'wasm' | 'webgpu';
  const started = await useBackend(backend, { threads: Number(query.get('threads') ?? 1) }).catch(
    (error: Error) => error.message,
  );
  if (typeof started === 'string') return { error: started };
  const distances = [];
  const computed: Blob[] = [];
  for (const test of CASES.filter(({ kernel }) => started.fused.includes(kernel.name)).filter((_, i) => i % 3 === 0)) {
    await tf.setBackend('cpu');
    const expected = await expectedOf(test);
    await tf.setBackend(backend);
    const actual = await fusedOf(test);
    computed.push(new Blob(actual.map((values) => Float32Array.from(values))));
    distances.push({
      title: title(test),
      distance: Math.max(...actual.map((values, i) => distance(values, expected[i]))),
    });
  }
  return { started, distances, sha256: await sha256Of(computed) };
}

async function sha256Of(parts: readonly Blob[]): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await new Blob([...parts]).arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const report = await run().catch((error: Error): PageReport => ({ error: `${error.stack}` }));
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
