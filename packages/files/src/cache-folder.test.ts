import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { cacheFolder } from './cache-folder.ts';

it.each([
  ['linux', { PIXELRNN_CACHE: '/own', XDG_CACHE_HOME: '/xdg' }, '/own/pixelrnn'],
  ['linux', { XDG_CACHE_HOME: '/xdg', LOCALAPPDATA: '/local' }, '/xdg/pixelrnn'],
  ['linux', { PIXELRNN_CACHE: '', XDG_CACHE_HOME: '' }, join(homedir(), '.cache/pixelrnn')],
  ['darwin', { XDG_CACHE_HOME: '/xdg' }, '/xdg/pixelrnn'],
  ['darwin', {}, join(homedir(), 'Library/Caches/pixelrnn')],
  ['win32', { LOCALAPPDATA: '/local' }, '/local/pixelrnn'],
  ['win32', {}, join(homedir(), 'AppData/Local/pixelrnn')],
])('on %s with %o is %s', (os, env, folder) => {
  expect(cacheFolder(env, os)).toBe(join(folder));
});

it.each(['PIXELRNN_CACHE', 'XDG_CACHE_HOME'])('refuses a relative %s', (name) => {
  expect(() => cacheFolder({ [name]: 'cache' })).toThrow(`${name}: wanted an absolute path, got "cache"`);
});

it('refuses a home that is none', () => {
  vi.stubEnv('HOME', '');
  expect(() => cacheFolder({}, 'linux')).toThrow(/^HOME: wanted an absolute path, got "\.cache"$/);
  vi.unstubAllEnvs();
});
