import { type BackendName, type BackendReport, useBackend } from '@pixelrnn/backends';
import { beforeAll } from 'vitest';
import { reportMissing } from '../../scripts/lib/required.mjs';

/**
 * Starts a backend, or says why it is not to be had here; one that must start everywhere throws instead. Where native TensorFlow is without
 * our kernels, plain operations are tested.
 */
export async function startHere(backend: BackendName): Promise<BackendReport | { readonly missing: string }> {
  const report = await useBackend(backend).catch((error: Error) => ({ missing: error.message }));
  if ('missing' in report) told(backend, report.missing);
  else if (report.fused.length === 0) told(backend, 'it has no fused kernels');
  return report;
}

/** Starts a backend before the tests of a `describe`; what it returns tells them why it is not to be had, if it is not. */
export function startBefore(backend: BackendName): () => string | undefined {
  let missing: string | undefined;
  beforeAll(async () => {
    const started = await startHere(backend);
    missing = 'missing' in started ? started.missing : undefined;
  });
  return () => missing;
}

function told(backend: BackendName, missing: string): void {
  if (backend !== 'tensorflow' && backend !== 'webgpu') throw new Error(`${backend} starts everywhere: ${missing}`);
  reportMissing(backend, missing);
}

/** Without a GPU, WebGPU runs in software and takes minutes to compile its programs. */
export const tagsOn = (backend: BackendName): string[] => (backend === 'webgpu' ? ['slow', 'device'] : []);
