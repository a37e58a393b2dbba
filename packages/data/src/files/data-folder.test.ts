import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder } from './data-folder.ts';

describe('dataFolder', () => {
  it('is the option, else PIXELRNN_DATA, else a folder in the cache', () => {
    const env = { PIXELRNN_DATA: '/env', XDG_CACHE_HOME: '/cache', LOCALAPPDATA: '/local' };
    expect(dataFolder({ dataDir: 'd' }, env, 'linux')).toBe(resolve('d'));
    expect(dataFolder({}, env, 'linux')).toBe(resolve('/env'));
    expect(dataFolder({}, { ...env, PIXELRNN_DATA: '' }, 'linux')).toBe(resolve('/cache/pixelrnn'));
    expect(dataFolder({}, { LOCALAPPDATA: '/local' }, 'win32')).toBe(resolve('/local/pixelrnn'));
    expect(dataFolder({}, {}, 'darwin')).toMatch(/Library.Caches.pixelrnn$/);
    expect(dataFolder({}, {}, 'linux')).toMatch(/\.cache.pixelrnn$/);
  });

  it('is no folder named ~', () => {
    const env = { PIXELRNN_DATA: '~/data' };
    expect(() => dataFolder({}, env)).toThrow('PIXELRNN_DATA: the shell did not expand "~/data": wanted $HOME/data');
    expect(dataFolder({ dataDir: '/own' }, env)).toBe(resolve('/own'));
  });
});
