import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { expectRefusal } from './refusal.fixture.ts';
import { onCpu, runHere } from './terminal.fixture.ts';
import { tinyRecipe } from './tiny-run.fixture.ts';

const FULL = 'full-disk';

/** Below a folder of this name every file ends in the middle: the disk is full. */
vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs/promises')>();
  return {
    ...original,
    async open(...[file, ...rest]: Parameters<typeof original.open>) {
      const handle = await original.open(file, ...rest);
      if (!String(file).includes('full-disk')) return handle;
      const writeFile = handle.writeFile.bind(handle);
      handle.writeFile = async (content) => {
        await writeFile((content as Uint8Array).subarray(0, (content as Uint8Array).length / 2));
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      };
      return handle;
    },
  };
});

const at = temporaryFolder();
const pixelrnn = (...args: string[]) => runHere([...onCpu(args), '--json']);

beforeAll(async () => {
  await writeFile(at('recipe.json'), JSON.stringify(tinyRecipe));
  expect(await pixelrnn('train', at('recipe.json'), '--out', at('run'))).toMatchObject({ code: 0 });
});

it.each([
  ['train', () => ['train', at('recipe.json'), '--out', at(FULL, 'run')]],
  ['sample', () => ['sample', at('run'), '--count', '1', '--out', at(FULL, 's.png')]],
  ['complete', () => ['complete', at('run'), '--split', 'test:0', '--known', 'rows:4', '--out', at(FULL, 'c.png')]],
  ['export', () => ['export', at('run'), '--format', 'tfjs', '--out', at(FULL)]],
])('%s on a full disk says so and leaves nothing half-written', async (_, args) => {
  expectRefusal(await pixelrnn(...args()), 1, /cannot write .*full-disk.*: no space left on the device/);
  const left = await readdir(at(FULL), { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile())).toEqual([]);
});

it('a run whose disk fills up keeps its checkpoint, and goes on when there is room again', async () => {
  const interrupted = ['train', at('recipe.json'), '--out', at('cut'), '--backend', 'cpu'];
  expect(await runHere(interrupted, { interrupt: AbortSignal.abort() })).toMatchObject({ code: 130 });
  await cp(at('cut'), at(FULL, 'cut'), { recursive: true });
  expectRefusal(await pixelrnn('train', '--resume', '--out', at(FULL, 'cut')), 1, /no space left on the device/);

  const files = async (run: string) => {
    const names = await readdir(path.join(run, 'checkpoints'), { recursive: true });
    return [names.sort(), await readFile(path.join(run, 'checkpoints', names[1]))];
  };
  expect(await files(at(FULL, 'cut'))).toEqual(await files(at('cut')));
  await cp(at(FULL, 'cut'), at('room'), { recursive: true });
  expect(await pixelrnn('train', '--resume', '--out', at('room'))).toMatchObject({ code: 0 });
});
