import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { root } from './lib/process.mjs';
import { reportMissing } from './lib/required.mjs';

it('what is missing and not required is told, what is required fails', () => {
  const told = vi.spyOn(console, 'info').mockImplementation(() => {});
  onTestFinished(() => {
    vi.unstubAllEnvs();
    told.mockRestore();
  });
  vi.stubEnv('PIXELRNN_REQUIRE', 'tensorflow,webgpu');
  reportMissing('browser', 'no Chromium');
  expect(told.mock.calls).toEqual([['not tested on browser: no Chromium']]);
  expect(() => reportMissing('webgpu', 'no Vulkan')).toThrow(
    'PIXELRNN_REQUIRE names webgpu, which is missing here: no Vulkan',
  );
});

// A test that looks for a backend in its own way would skip where it must not.
it('every test of a backend that may be missing tells so', () => {
  const files = execFileSync('git', ['ls-files', 'packages/backends', 'conformance'], {
    cwd: root,
    encoding: 'utf8',
  }).split('\n');
  const telling = files
    .filter((file) => /\.(fixture|test)\.ts$|start\.ts$/.test(file))
    .filter((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      return (
        /skipIf|runIf|not tested/.test(text) &&
        !/nativeTensorflow|webgpuForTests|startHere|reportMissing|projectTfjsNode/.test(text)
      );
    });
  expect(telling).toEqual([]);
});
