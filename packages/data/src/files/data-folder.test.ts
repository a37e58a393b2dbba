import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder, fetchCommand } from './data-folder.ts';

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

it('fetchCommand names the folder, unless it is the one that is taken without', () => {
  const env = { PIXELRNN_DATA: '/env' };
  const folder = (...names: string[]) => resolve('/', ...names);
  expect(fetchCommand('mnist', folder('env', 'mnist'), [], env)).toBe('pixelrnn fetch mnist');
  expect(fetchCommand('mnist', folder('x', 'mnist'), [], env)).toBe(`pixelrnn fetch mnist --data-dir ${folder('x')}`);
  expect(fetchCommand('mnist', folder('my data', 'mnist'), ['--from <folder>'], { PIXELRNN_DATA: '~/d' })).toBe(
    `pixelrnn fetch mnist --from <folder> --data-dir ${JSON.stringify(folder('my data'))}`,
  );
});
