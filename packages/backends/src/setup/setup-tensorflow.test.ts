import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder, SetupError } from '@pixelrnn/files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireDiskSpace } from './disk.ts';
import { tensorflowHome, tensorflowRoot } from './locations.ts';
import { CUDA, wheelFor } from './releases.ts';
import { setupTensorflow } from './setup-tensorflow.ts';
import { moveTensorflow } from './tfjs-node.ts';
import { unpackTensorflow } from './wheel.ts';

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

describe('unpackTensorflow', () => {
  it('lets pip take exactly the wheels that are known, with their checksums', async () => {
    // Stands for pip, which downloads into the folder after `--dest` what the file after `--requirement` lists; and for what unpacks it.
    const pip = `
      [ "$1" = -c ] && exit 0
      while [ $# -gt 0 ]; do
        [ "$1" = --require-hashes ] && hashes=1
        [ "$1" = --requirement ] && list=$2
        [ "$1" = --dest ] && dest=$2
        shift
      done
      [ "$hashes" ] && cat "$list" >> "${join(folder, 'asked')}" && touch "$dest/some.whl"`;
    await program('python3', pip);
    const env = { PATH: `${programs}:${process.env.PATH}` };
    const wheel = wheelFor('linux-x64-gpu');
    await unpackTensorflow(wheel, CUDA, join(folder, 'unpacked'), { python: 'python3', env });
    const asked = (await readFile(join(folder, 'asked'), 'utf8')).trimEnd().split('\n');
    expect(asked).toEqual(
      [wheel, ...CUDA].map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}`),
    );
    for (const line of asked) expect(line).toMatch(/^[\w-]+==[\d.]+ --hash=sha256:[\da-f]{64}$/);
    expect(asked).toHaveLength(13);
    expect(await readdir(join(folder, 'unpacked'))).toEqual([]);
  });
});

describe('moveTensorflow', () => {
  it('names every library, those of CUDA among them', async () => {
    const unpacked = join(folder, 'unpacked');
    const libraries = [
      'tensorflow/libtensorflow_cc.so.2',
      'nvidia/cublas/lib/libcublas.so.12',
      'nvidia/cudnn/lib/libcudnn.so.9',
    ];
    for (const path of [...libraries, 'tensorflow/include/tensorflow/c/ops.h', 'nvidia/cublas/__init__.py']) {
      await mkdir(dirname(join(unpacked, path)), { recursive: true });
      await writeFile(join(unpacked, path), '');
    }
    const deps = 'node_modules/@tensorflow/tfjs-node/deps';
    expect(await moveTensorflow(unpacked, folder)).toEqual([
      `${deps}/lib/libtensorflow_cc.so.2`,
      `${deps}/nvidia/cublas/lib/libcublas.so.12`,
      `${deps}/nvidia/cudnn/lib/libcudnn.so.9`,
    ]);
  });
});

describe('a cache folder that depends on the working folder', () => {
  it('ends setup and loading in one sentence', async () => {
    const env = { PATH: programs, XDG_CACHE_HOME: 'cache' };
    await expect(setupTensorflow({ env })).rejects.toThrow(/^XDG_CACHE_HOME: wanted an absolute path, got "cache"$/);
  });
});
