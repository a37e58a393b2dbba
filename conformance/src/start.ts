import { type BackendName, type BackendReport, useBackend } from '@pixelrnn/backends';

/** Those that need nothing to be installed. */
const EVERYWHERE: readonly BackendName[] = ['wasm', 'cpu'];

/** Starts a backend, or says why it is not to be had here; one that must start everywhere throws instead. */
export async function startHere(backend: BackendName): Promise<BackendReport | { readonly missing: string }> {
  try {
    const report = await useBackend(backend);
    if (report.fused.length === 0) console.info(`${backend} has no fused kernels: plain operations are tested`);
    return report;
  } catch (error) {
    if (EVERYWHERE.includes(backend)) throw error;
    const missing = (error as Error).message;
    console.info(`not tested on ${backend}: ${missing}`);
    return { missing };
  }
}

/** Without a GPU, WebGPU runs in software and takes minutes to compile its programs. */
export const tagsOn = (backend: BackendName): string[] => (backend === 'webgpu' ? ['slow'] : []);
