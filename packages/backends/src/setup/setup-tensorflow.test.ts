import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '@pixelrnn/files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireDiskSpace } from './disk.ts';
import { tensorflowHome, tensorflowRoot } from './locations.ts';
import { wheelFor } from './releases.ts';
import { SetupError } from './setup-error.ts';
import { setupTensorflow } from './setup-tensorflow.ts';
import { cudaRequirements } from './wheel.ts';

let folder: string;
let programs: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pixelrnn-setup-'));
  programs = join(folder, 'bin');
  await mkdir(programs);
});
afterEach(() => rm(folder, { recursive: true }));

async function program(name: string, script = 'exit 0') {
  await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(programs, name), 0o755);
}

const setup = () => setupTensorflow({ cacheDir: join(folder, 'cache'), env: { PATH: programs } });

describe('setupTensorflow', () => {
  it('says in one line that there is no compiler', async () => {
    await expect(setup()).rejects.toThrow(SetupError);
    await expect(setup()).rejects.toThrow(/^setup tensorflow needs a C\+\+ compiler: [^\n]*install g\+\+[^\n]*$/);
  });

  it('says that there is no Python with pip', async () => {
    await program('g++');
    await program('python3', 'echo "No module named pip" >&2; exit 1');
    await expect(setup()).rejects.toThrow(/^setup tensorflow needs python3 with pip: [^\n]*$/);
  });

  it('says that there is no npm', async () => {
    await program('g++');
    await program('python3');
    await expect(setup()).rejects.toThrow(/^setup tensorflow needs npm: [^\n]*$/);
  });

  it('passes on what a failing program said, and leaves nothing behind', async () => {
    await program('g++');
    await program('python3');
    await program('npm', '[ "$1" = --version ] || { echo "npm error network timeout" >&2; exit 7; }');
    // The scripts are run by /bin/sh, which finds nothing else on this PATH.
    await expect(setup()).rejects.toThrow(/npm install failed \(7\): npm error network timeout/);
    expect(await readdir(tensorflowRoot(join(folder, 'cache')))).toEqual([]);
  });
});

describe('requireDiskSpace', () => {
  it('says how much is needed where', async () => {
    await expect(requireDiskSpace(join(folder, 'new'), 1e18)).rejects.toThrow(
      /needs 1000000000\.0 GB in .*new, which has/,
    );
    await expect(requireDiskSpace(join(folder, 'new'), 1)).resolves.toBeUndefined();
  });

  it('says when the folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(requireDiskSpace(join(folder, 'file', 'below'), 1)).rejects.toThrow(/cannot create .*below/);
  });
});

describe('locations', () => {
  it('takes the given folder, else the environment', () => {
    expect(tensorflowRoot('/x', {})).toBe(join('/x', 'pixelrnn', 'tensorflow'));
    expect(tensorflowRoot(undefined, { PIXELRNN_CACHE: '/p', XDG_CACHE_HOME: '/g' })).toBe('/p/pixelrnn/tensorflow');
    expect(tensorflowRoot(undefined, { XDG_CACHE_HOME: '/g' })).toBe('/g/pixelrnn/tensorflow');
    expect(tensorflowRoot(undefined, {})).toBe(join(cacheFolder({}), 'tensorflow'));
  });

  it('keeps CPU and GPU apart', () => {
    expect(tensorflowHome('/r', true)).not.toBe(tensorflowHome('/r'));
  });
});

describe('wheelFor', () => {
  it('names the machines there are wheels for', () => {
    expect(wheelFor('linux-x64').name).toBe('tensorflow-cpu');
    expect(() => wheelFor('win32-x64')).toThrow(/no TensorFlow 2\.21\.0 for win32-x64, only for linux-x64,/);
  });
});

describe('cudaRequirements', () => {
  it('reads the CUDA packages from the metadata of the wheel', () => {
    const metadata = [
      'Requires-Dist: numpy>=1.26.0',
      'Requires-Dist: nvidia-nccl-cu12<3.0,>=2.27.7; extra == "and-cuda"',
      'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
      'Requires-Dist: tensorflow-text; extra == "text"',
    ].join('\n');
    expect(cudaRequirements(metadata)).toEqual(['nvidia-nccl-cu12<3.0,>=2.27.7', 'nvidia-cublas-cu12<13.0,>=12.5.3.2']);
  });
});
