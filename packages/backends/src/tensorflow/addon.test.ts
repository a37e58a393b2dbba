import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { addonPath } from '../setup/addon.ts';
import { tensorflowRoot } from '../setup/locations.ts';
import { SETUP } from '../setup/releases.ts';
import { loadAddon } from './addon.ts';

/** A folder of tfjs-node as far as the addon needs one, and where addons are kept. */
async function installation() {
  const root = await mkdtemp(join(tmpdir(), 'pixelrnn-addon-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const tfjsNode = join(root, 'tfjs-node');
  const library = process.platform === 'darwin' ? 'libtensorflow_framework.2.dylib' : 'libtensorflow_framework.so.2';
  for (const name of ['include/tensorflow/c/kernels.h', 'include/tensorflow/c/ops.h', `lib/${library}`]) {
    await mkdir(dirname(join(tfjsNode, 'deps', name)), { recursive: true });
    await writeFile(join(tfjsNode, 'deps', name), '');
  }
  return { root, tfjsNode };
}

it('says that there is none yet, and what makes one', async () => {
  const { root, tfjsNode } = await installation();
  expect(loadAddon(tfjsNode, root)).toEqual({ absent: 'they were not built yet', remedy: SETUP });
});

it('says after an upgrade that those there belong to another version', async () => {
  const { root, tfjsNode } = await installation();
  const old = addonPath(tensorflowRoot(root)).replace(/[\da-f]{16}\.node$/, '0123456789abcdef.node');
  await mkdir(dirname(old), { recursive: true });
  await writeFile(old, '');
  expect(loadAddon(tfjsNode, root)).toEqual({
    absent: 'those that are there belong to another version',
    remedy: SETUP,
  });
});

it('names no command where none would help', async () => {
  const { root } = await installation();
  expect(loadAddon(root, root)).toEqual({ absent: expect.stringMatching(/has no deps/) });
});
