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
  const { backend, fused } = await useBackend('auto');
  const packages = Object.entries({ core, data, kernels, layers, testing, trainer });
  const names = packages.map(([name, exported]) => [name, Object.keys(exported).length]);
  return { backend, fused: fused.length, exported: Object.fromEntries(names), drawn: await draw() };
}

const report = await run().catch((error) => ({ error: String(error.stack ?? error) }));
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
