// `node scripts/measure-pack.mjs [--images 1280000] [--png 5000] [--folder <where there is room>]`, after `npm run build`: writes a pack of made
// 64×64 RGB images, and reads random batches of it in a new process, beside the first of them as PNG files. Removes both afterwards.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { openDataset, writePack } = await import('../packages/data/dist/node.js');
const { encode } = createRequire(path.resolve(import.meta.dirname, '../apps/cli/package.json'))('fast-png');

const SIDE = 64;
const SIZE = SIDE * SIDE * 3;
const BATCH = 32;
const image = { height: SIDE, width: SIDE, channels: 3, levels: 256 };

/** Waves of two colours and some noise: no two images are alike, and PNG takes about as many bits for them as for photographs. */
function madeImage(index, target) {
  const [a, b] = [1 + (index % 13), 1 + (index % 17)];
  for (let i = 0; i < SIZE; i++) {
    const [row, column] = [Math.floor(i / (3 * SIDE)), Math.floor(i / 3) % SIDE];
    const noise = Math.imul(i + index * SIZE, 2654435761) >>> 28;
    target[i] = ((a * row + b * column + 40 * (i % 3) + (index >> 8)) & 0xff) * 0.9 + noise;
  }
  return target;
}

async function* parts(count) {
  const portion = 256;
  const made = new Uint8Array(portion * SIZE);
  for (let i = 0; i < portion; i++) madeImage(i, made.subarray(i * SIZE, (i + 1) * SIZE));
  for (let first = 0; first < count; first += portion) {
    const length = Math.min(portion, count - first);
    new DataView(made.buffer).setUint32(0, first); // so that the portions differ
    yield { split: 'train', images: made.subarray(0, length * SIZE) };
  }
}

/** In a process of its own: seconds to open, images a second of random batches, resident memory in the end. */
async function read(name, options, batches) {
  const began = performance.now();
  const dataset = await openDataset(name, options);
  const opened = performance.now();
  const count = dataset.size('train');
  for (let i = 0; i < batches; i++)
    await dataset.read(
      'train',
      Array.from({ length: BATCH }, () => Math.floor(Math.random() * count)),
    );
  const seconds = (performance.now() - opened) / 1000;
  process.send({
    openingSeconds: (opened - began) / 1000,
    imagesPerSecond: (batches * BATCH) / seconds,
    residentMiB: process.memoryUsage().rss / 2 ** 20,
  });
}

async function inChild(...args) {
  const child = fork(import.meta.filename, ['--child', JSON.stringify(args)]);
  const [result] = await once(child, 'message');
  return result;
}

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '1280000' },
    png: { type: 'string', default: '5000' },
    folder: { type: 'string', default: tmpdir() },
    child: { type: 'string' },
  },
});
if (values.child) await read(...JSON.parse(values.child));
else {
  const folder = mkdtempSync(path.join(values.folder, 'pixelrnn-pack-'));
  try {
    const file = path.join(folder, 'made.pack');
    const began = performance.now();
    await writePack(file, { name: 'made', image, config: {} }, parts(Number(values.images)));
    const writing = (performance.now() - began) / 1000;
    console.log(
      `wrote ${values.images} images, ${(statSync(file).size / 1e9).toFixed(1)} GB, in ${writing.toFixed(0)} s`,
    );
    mkdirSync(path.join(folder, 'png'));
    const data = new Uint8Array(SIZE);
    for (let i = 0; i < Number(values.png); i++)
      writeFileSync(
        path.join(folder, 'png', `${i}.png`),
        encode({ width: SIDE, height: SIDE, channels: 3, data: madeImage(i, data) }),
      );
    const ofFolder = { folder: path.join(folder, 'png'), height: SIDE, width: SIDE, split: 'hash' };
    console.table({ pack: await inChild('pack', { file }, 3000), png: await inChild('image-folder', ofFolder, 100) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
