import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A Python that has PyTorch: `$PIXELRNN_TORCH_PYTHON`, else `python3`. */
export async function findTorch(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ python: string } | { absent: string }> {
  const python = env.PIXELRNN_TORCH_PYTHON ?? 'python3';
  try {
    await promisify(execFile)(python, ['-c', 'import torch'], { timeout: 120_000 });
    return { python };
  } catch (error) {
    const lines = (error as Error).message.trim().split('\n');
    return { absent: `${python} has no PyTorch (${lines[lines.length - 1]}); set PIXELRNN_TORCH_PYTHON` };
  }
}
