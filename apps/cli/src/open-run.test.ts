import { mkdir, writeFile } from 'node:fs/promises';
import { pretrainedRun } from '@pixelrnn/pretrained/node';
import { afterEach, expect, it } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { runFolder } from './open-run.ts';

const at = temporaryFolder();
const home = process.cwd();
afterEach(() => process.chdir(home));

it('takes a folder before a pretrained preset of its name, and names the run that train has put elsewhere', async () => {
  process.chdir(at());
  expect(runFolder('mnist-row-lstm')).toBe(pretrainedRun('mnist-row-lstm'));
  for (const name of ['quickstart', 'mine']) {
    await mkdir(at('runs', name), { recursive: true });
    await writeFile(at('runs', name, 'config.json'), '{}');
  }
  await mkdir(at('mnist-row-lstm'));
  expect(runFolder('mnist-row-lstm')).toBe(pretrainedRun('mnist-row-lstm'));
  await writeFile(at('mnist-row-lstm', 'config.json'), '{}');
  expect(runFolder('mnist-row-lstm')).toBe('mnist-row-lstm');
  expect(() => runFolder('quickstart')).toThrow(
    /^quickstart is a preset of which no weights are published: pixelrnn train quickstart makes some; did you mean "runs.quickstart"\?$/,
  );
  expect(() => runFolder('mine')).toThrow(
    /^mine holds no run: there is no such folder, nor a pretrained run of that name; did you mean "runs.mine"\?$/,
  );
});
