import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '@pixelrnn/files';
import type { Pin, Wheel } from './releases.ts';
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

/**
 * Downloads a TensorFlow wheel with pip, which checks its SHA-256, and unpacks libraries and headers below `folder`.
 * The libraries of the wheels of `cuda`, if any, come to lie in `folder/nvidia`.
 */
export async function unpackTensorflow(
  wheel: Wheel,
  cuda: readonly Pin[],
  folder: string,
  tools: Pick<Tools, 'python' | 'env'>,
): Promise<void> {
  const python: Python = (...args) => command(tools.python, args, { env: tools.env });
  const downloads = join(folder, 'download');
  const target = ['--python-version', wheel.pythonVersion, '--platform', wheel.platform];
  const [file] = await download([wheel], target, join(downloads, 'tensorflow'), python);
  await python('-c', UNPACK, file, folder, ...TENSORFLOW_PARTS);
  if (cuda.length > 0) {
    for (const part of await download(cuda, [], join(downloads, 'nvidia'), python))
      await python('-c', UNPACK, part, folder, 'nvidia/');
  }
  await rm(downloads, { recursive: true });
}

async function download(
  pins: readonly Pin[],
  options: readonly string[],
  folder: string,
  python: Python,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const list = `${folder}.txt`;
  const lines = pins.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`);
  await writeFile(list, lines.join(''));
  const wheels = ['--only-binary', ':all:', '--no-deps', '--require-hashes', ...options];
  await python('-m', 'pip', 'download', '--quiet', ...wheels, '--requirement', list, '--dest', folder);
  return (await readdir(folder)).map((name) => join(folder, name));
}
