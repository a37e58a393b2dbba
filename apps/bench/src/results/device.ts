import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A CPU as results name it: its model and how many of its cores there are. */
export const cpuDevice = (model: string, cores: number): string =>
  `${model.replace(/\s+/g, ' ').trim()}, ${cores} ${cores === 1 ? 'core' : 'cores'}`;

/** The name of the first NVIDIA GPU, the same for everyone who computes on it; undefined where there is none. */
export async function nvidiaGpu(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader']);
    return stdout.trim().split('\n')[0] || undefined;
  } catch {
    return undefined;
  }
}

/** A device's name as a file name: `Intel(R) Xeon(R) Processor @ 2.10GHz, 2 cores` → `intel-xeon-2-cores`. */
export function deviceSlug(device: string): string {
  const slug = device
    .toLowerCase()
    .replace(/\((r|tm)\)/g, ' ')
    .replace(/@\s*[\d.]+\s*[gm]hz/g, ' ')
    .replace(/\b(cpu|processor)\b/g, ' ')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return slug || 'unknown';
}
