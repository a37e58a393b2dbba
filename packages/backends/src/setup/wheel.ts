import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from './command.ts';
import type { Wheel } from './releases.ts';
import type { Tools } from './tools.ts';

type Python = (...args: string[]) => Promise<string>;

/** What of a TensorFlow wheel is needed: the two libraries and the C headers with what those include. */
const TENSORFLOW_PARTS = [
  'tensorflow/libtensorflow_cc.',
  'tensorflow/libtensorflow_framework.',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tensorflow/core/common_runtime/next_pluggable_device/c/',
  'tensorflow/include/tsl/',
  'tensorflow/include/xla/tsl/',
];

const UNPACK = `
import sys, zipfile
wheel, folder, *prefixes = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name.startswith(tuple(prefixes)):
            archive.extract(name, folder)
`;

const METADATA = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    print(archive.read(next(name for name in archive.namelist() if name.endswith('.dist-info/METADATA'))).decode())
`;

/**
 * Downloads a TensorFlow wheel with pip, which checks its SHA-256, and unpacks libraries and headers below `folder`.
 * With `nvidia`, the CUDA libraries that the wheel asks for come too, as `folder/nvidia`.
 */
export async function unpackTensorflow(
  wheel: Wheel,
  folder: string,
  tools: Pick<Tools, 'python' | 'env'>,
  nvidia: boolean,
): Promise<void> {
  const python: Python = (...args) => command(tools.python, args, { env: tools.env });
  const exact = `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}`;
  const target = ['--python-version', wheel.pythonVersion, '--platform', wheel.platform, '--require-hashes'];
  const downloads = join(folder, 'download');
  const [file] = await download([exact], target, join(downloads, 'tensorflow'), python);
  await python('-c', UNPACK, file, folder, ...TENSORFLOW_PARTS);
  if (nvidia) {
    const cuda = cudaRequirements(await python('-c', METADATA, file));
    for (const part of await download(cuda, [], join(downloads, 'nvidia'), python)) {
      await python('-c', UNPACK, part, folder, 'nvidia/');
    }
  }
  await rm(downloads, { recursive: true });
}

/** The CUDA packages in a wheel's metadata, as in `Requires-Dist: nvidia-nccl-cu12<3.0,>=2.27.7; extra == "and-cuda"`. */
export function cudaRequirements(metadata: string): string[] {
  const lines = metadata.matchAll(/^Requires-Dist: (nvidia-[^;\n]+);[^\n]*extra == "and-cuda"/gm);
  return [...lines].map(([, requirement]) => requirement.trim());
}

async function download(
  requirements: readonly string[],
  options: readonly string[],
  folder: string,
  python: Python,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const list = `${folder}.txt`;
  await writeFile(list, `${requirements.join('\n')}\n`);
  const wheels = ['--only-binary', ':all:', '--no-deps', ...options];
  await python('-m', 'pip', 'download', '--quiet', ...wheels, '--requirement', list, '--dest', folder);
  return (await readdir(folder)).map((name) => join(folder, name));
}
