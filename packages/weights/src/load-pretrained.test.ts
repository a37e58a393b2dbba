import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sample } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';
import { pretrained } from '@pixelrnn/pretrained';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WEIGHTS_FORMATS } from './formats.ts';
import { loadPretrained } from './load-pretrained.ts';
import { encodeSafetensors } from './safetensors.ts';

const files = new Map<string, Uint8Array>();
let server: Server;
let address: string;

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    const content = files.get(url!);
    response.writeHead(content ? 200 : 404).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const text = (content: string) => new TextEncoder().encode(content);

/** Puts the published files of a preset on the server. */
async function serve(name: Parameters<typeof pretrained>[0]) {
  const { config, weights } = pretrained(name);
  files.set('/config.json', await readFile(config));
  files.set('/assets/averaged-4f2a.bin', await readFile(weights));
  return { config: `${address}/config.json`, weights: `${address}/assets/averaged-4f2a.bin` };
}

describe('loadPretrained', () => {
  it('loads published weights over HTTP and builds their model again', async () => {
    const { config, weights } = await loadPretrained(await serve('mnist-row-lstm'));
    const model = createModel(config);
    expect(model.config).toMatchObject({ layers: 7, hidden: 16 });
    const { nats } = await sample(model, weights, { count: 2, seed: 1 });
    for (const each of nats) expect(each).toBeLessThan(160); // an untrained network: 543
  });

  it('loads the same from files', async () => {
    const { config, tensors } = await loadPretrained(pretrained('mnist-row-lstm'));
    const served = await loadPretrained(await serve('mnist-row-lstm'));
    expect(served.config).toEqual(config);
    expect(served.tensors).toEqual(tensors);
  });

  it.each([
    ['safetensors', 'model.safetensors'],
    ['tfjs', 'model.json'],
  ] as const)('reads the export in %s', async (format, name) => {
    const { config, tensors, weights } = await loadPretrained(pretrained('mnist-pixel-cnn'));
    for (const [file, content] of Object.entries(WEIGHTS_FORMATS[format]({ config, tensors })))
      files.set(`/site/${file}`, content);
    const again = await loadPretrained(new URL(`/site/${name}`, address));
    expect(again.config).toEqual(config);
    expect(again.weights).toEqual(weights);
    expect(again.tensors).toEqual(tensors);
  });

  it('ends when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    for (const source of [`${address}/model.json`, pretrained('mnist-pixel-cnn')])
      await expect(loadPretrained(source, { signal })).rejects.toSatisfy((error) =>
        [error.message, error.cause?.message].includes('enough'),
      );
  });

  const array = new Map([['w', { shape: [1], values: new Float32Array(1) }]]);
  it.each<[string, Record<string, Uint8Array>, Parameters<typeof loadPretrained>[0], RegExp]>([
    ['a path that is no URL', {}, 'model.json', /^loadPretrained: wanted a URL, got "model.json"$/],
    ['a missing file', {}, '/none', /^\S+none: the server says 404 Not Found$/],
    ['a missing local file', {}, 'file:///none/model.json', /none\/model\.json: cannot be read \(ENOENT: no such file/],
    [
      'a page',
      { '/x': text('<!doctype html><title>x</title>') },
      '/x',
      /\/x: wanted safetensors or model.json, found something else$/,
    ],
    [
      'a cut file',
      { '/x': encodeSafetensors(array).subarray(0, 40) },
      '/x',
      /\/x: wanted safetensors or model.json, found/,
    ],
    [
      'weights without a config',
      { '/x': encodeSafetensors(array) },
      '/x',
      /\/x: wanted the config of the model in the metadata/,
    ],
    [
      'a damaged config',
      { '/x': encodeSafetensors(array, { config: '{' }) },
      '/x',
      /\/x: config: wanted JSON, found something else$/,
    ],
    [
      'the config of something else',
      { '/c': text('{}'), '/x': encodeSafetensors(array) },
      { config: '/c', weights: '/x' },
      /\/c: wanted the config.json of a run, found no recipe with a model$/,
    ],
    [
      'shards of a file that has no place',
      {},
      dataUrl(text('{"config":{},"weightsManifest":[{"paths":["w.bin"],"weights":[]}]}')),
      /wanted a URL, got "w.bin"/,
    ],
  ])('refuses %s', async (_, content, source, message) => {
    for (const [path, bytes] of Object.entries(content)) files.set(path, bytes);
    const at = (path: string | URL) => (String(path).startsWith('/') ? `${address}${path}` : path);
    const failed = loadPretrained(
      typeof source === 'object' && 'weights' in source
        ? { config: at(source.config), weights: at(source.weights) }
        : at(source),
    );
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toMatchObject({ name: 'WeightsError' });
  });

  it('refuses a server that is not there', async () => {
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
    const { port } = nobody.address() as AddressInfo;
    await new Promise((resolve) => nobody.close(resolve));
    await expect(loadPretrained(`http://127.0.0.1:${port}/model.json`)).rejects.toThrow(
      /cannot be read \(.*ECONNREFUSED/,
    );
  });
});

function dataUrl(content: Uint8Array): string {
  return `data:application/json;base64,${Buffer.from(content).toString('base64')}`;
}
