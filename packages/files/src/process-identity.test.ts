import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { processIdentity, stateOf } from './process-identity.ts';

const here = processIdentity();

it('knows itself', () => {
  expect(processIdentity()).toEqual(here);
  expect(stateOf(here)).toBe('running');
});

it('knows who has ended', () => {
  expect(stateOf({ ...here, pid: spawnSync(process.execPath, ['-e', '']).pid! })).toBe('gone');
});

it.runIf(process.platform === 'linux')(
  'is not deceived by a number that was given again, or is not free yet',
  async () => {
    expect(stateOf({ ...here, started: '1' })).toBe('gone');
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = await once(parent.stdout, 'data');
    const zombie = { ...here, pid: Number(line), started: '' };
    await expect.poll(() => stateOf({ ...zombie, started: '5' })).toBe('gone');
    parent.kill('SIGKILL');
  },
);

it.each([{ host: 'other' }, { boot: 'other' }, { namespace: 'other' }])(
  'cannot see the processes of %o',
  (elsewhere) => {
    expect(stateOf({ ...here, ...elsewhere })).toBe('unknown');
  },
);
