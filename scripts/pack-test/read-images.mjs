// Images of a folder, read in threads of the packages' own, which start when they are wanted, begin anew when one has ended, and do not keep this program alive.
import assert from 'node:assert/strict';
import { subscribe } from 'node:diagnostics_channel';
import { mkdirSync, writeFileSync } from 'node:fs';
import { openDataset } from '@pixelrnn/data/node';
import { readInThreads, sheet } from '@pixelrnn/experiment';

const threads = [];
subscribe('worker_threads', ({ worker }) => threads.push(worker));

const image = { height: 4, width: 6, channels: 3, levels: 256 };
mkdirSync('images/train', { recursive: true });
for (let i = 0; i < 5; i++)
  writeFileSync(
    `images/train/${i}.png`,
    sheet(
      Float32Array.from({ length: 72 }, (_, n) => (n * 7 * (i + 1)) % 256),
      image,
    ),
  );

const options = { folder: 'images', height: 2, width: 3 };
const all = [0, 1, 2, 3, 4];
const here = await (await openDataset('image-folder', options)).read('train', all);
const dataset = await openDataset('image-folder', options, { readImages: readInThreads });
assert.equal(threads.length, 0);
assert.deepEqual(await dataset.read('train', [0]), await dataset.read('train', [0]));
assert.equal(threads.length, 1);
assert.deepEqual(await Promise.all([dataset.read('train', all), dataset.read('train', all)]), [here, here]);
const started = threads.length;
assert.ok(started >= 1 && started <= 4);
await threads[0].terminate();
assert.deepEqual(await dataset.read('train', all), here);
assert.ok(threads.length > started);
