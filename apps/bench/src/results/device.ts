import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * A CPU as results name it: its model and how many of its cores there are. Virtual machines may hide the number of the model: then its generation is that
 * of Linux, family and model of `/proc/cpuinfo` (AMD EPYC of family 25: model 1 is Zen 3, model 17 Zen 4).
 */
export function cpuDevice(model: string, cores: number, cpuinfo = ''): string {
  const name = model.replace(/\s+/g, ' ').trim();
  const of = (key: string) => cpuinfo.match(new RegExp(`^${key}\\s*: (\\d+)$`, 'm'))?.[1];
  const generation = !/\d/.test(name) && of('cpu family') ? ` (family ${of('cpu family')} model ${of('model')})` : '';
  return `${name}${generation}, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
}

/** What Linux says of the CPU; nothing elsewhere. */
export const readCpuinfo = (): Promise<string> => readFile('/proc/cpuinfo', 'utf8').catch(() => '');

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
