// A page with every package that runs in browsers: what `pack-test.mjs` builds with each bundler and opens in Chromium.
import { useBackend } from '@pixelrnn/backends';
import * as core from '@pixelrnn/core';
import * as data from '@pixelrnn/data';
import * as kernels from '@pixelrnn/kernels';
import * as layers from '@pixelrnn/layers';
import * as testing from '@pixelrnn/testing';
import * as trainer from '@pixelrnn/trainer';
import { draw } from './draw.mjs';

async function run() {
  const { backend, fused, tried } = await useBackend('auto', { threads: 2 });
  const packages = Object.entries({ core, data, kernels, layers, testing, trainer });
  const names = packages.map(([name, exported]) => [name, Object.keys(exported).length]);
  const exported = Object.fromEntries(names);
  return {
    backend,
    detail: tried.at(-1).detail,
    fused: fused.length,
    exported,
    drawn: await draw(),
    inWorkers: await drawInWorkers(),
  };
}

async function drawInWorkers() {
  const workers = [1, 2].map(() => new Worker(new URL('./page-worker.mjs', import.meta.url), { type: 'module' }));
  const drawn = await draw(workers);
  for (const worker of workers) worker.terminate();
  return drawn;
}

const report = await run().catch((error) => ({ error: String(error.stack ?? error) }));
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
