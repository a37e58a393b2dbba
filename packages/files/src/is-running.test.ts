import { spawnSync } from 'node:child_process';
import { expect, it, vi } from 'vitest';
import { isRunning } from './is-running.ts';

it('knows processes that run from those that have ended', () => {
  expect(isRunning(process.pid)).toBe(true);
  expect(isRunning(process.ppid)).toBe(true);
  expect(isRunning(spawnSync(process.execPath, ['-e', '']).pid)).toBe(false);
});

it('counts a process that it may not ask', () => {
  const refused = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
  });
  expect(isRunning(1)).toBe(true);
  refused.mockRestore();
});
