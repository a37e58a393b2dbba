import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { install } from '@pixelrnn/files';
import { expect, it, onTestFinished } from 'vitest';
import { ADDON, addonFolder } from '../setup/addon.ts';
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
  expect(await loadAddon(tfjsNode, root)).toEqual({ absent: 'they were not built yet', remedy: SETUP });
});

it.each(['', '.node'])('says after an upgrade that those there (…%s) belong to another version', async (ending) => {
  const { root, tfjsNode } = await installation();
  const old = addonFolder(tensorflowRoot(root)).replace(/[\da-f]{16}$/, `0123456789abcdef${ending}`);
  await mkdir(old, { recursive: true });
  expect(await loadAddon(tfjsNode, root)).toEqual({
    absent: 'those that are there belong to another version',
    remedy: SETUP,
  });
});

it('does not load one that was cut short or changed, or that nobody has taken the checksum of', async () => {
  const { root, tfjsNode } = await installation();
  const folder = addonFolder(tensorflowRoot(root));
  const path = join(folder, ADDON);
  await install(folder, async (aside) => {
    await writeFile(join(aside, ADDON), 'no library');
    return [ADDON];
  });
  const loads = () => loadAddon(tfjsNode, root);
  expect(await loads()).toEqual({
    absent: expect.stringMatching(/addon\.node does not load: /),
    remedy: `${SETUP} --force`,
  });
  for (const damage of ['no libr', 'n0 library']) {
    await writeFile(path, damage);
    expect(await loads()).toEqual({ absent: `${path} is damaged: it is not what was installed`, remedy: SETUP });
  }
  await rm(join(folder, 'ready.json'));
  expect(await loads()).toMatchObject({ absent: expect.stringContaining('ready.json is damaged') });
});

it('names no command where none would help', async () => {
  const { root } = await installation();
  expect(await loadAddon(root, root)).toEqual({ absent: expect.stringMatching(/has no deps/) });
});
