import { describe, expect, it } from 'vitest';
import { npmRegistry } from './npm-registry.ts';

const asked = (answer: string) => async () => answer;

describe('npmRegistry', () => {
  it('is the environment’s, else what npm says, else the public one', async () => {
    const env = { npm_config_registry: 'http://env.test/npm' };
    expect(await npmRegistry(env, asked('http://npm.test/'))).toBe('http://env.test/npm/');
    expect(await npmRegistry({}, asked('http://npm.test/'))).toBe('http://npm.test/');
    const open = 'https://registry.npmjs.org/';
    expect(await npmRegistry({}, asked('undefined'))).toBe(open);
    expect(await npmRegistry({}, () => Promise.reject(new Error('npm: not found')))).toBe(open);
  });
});
