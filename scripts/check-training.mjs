// Trains a small model on real MNIST for a minute, through the command as users run it, and checks what it leaves behind.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { install } from './install.mjs';
import { buildPixelrnn, pixelrnn, pixelrnnJson } from './lib/cli.mjs';
import { main } from './lib/process.mjs';

/** A minute must bring the model far below what pixels drawn one by one from their own frequencies would cost (205 nats). */
const LIMIT = 130;

await main(async () => {
  await install();
  await buildPixelrnn({ types: true }); // as published
  const folder = mkdtempSync(path.join(tmpdir(), 'pixelrnn-training-'));
  const run = path.join(folder, 'run');
  try {
    await pixelrnn(['fetch', 'mnist']);
    await pixelrnn(['train', 'quickstart', '--out', run, '--minutes', '1']);
    const valid = await pixelrnnJson(['evaluate', run, '--split', 'valid']);
    const sheet = path.join(folder, 'samples.png');
    await pixelrnn(['sample', run, '--count', '16', '--out', sheet]);
    console.log(`validation ${valid.nats.toFixed(2)} nats over ${valid.images} images on ${valid.backend}`);
    if (!(valid.nats < LIMIT)) throw new Error(`check-training: wanted below ${LIMIT} nats, got ${valid.nats}`);
    for (const file of [sheet, path.join(run, 'report.html')]) {
      if (!(statSync(file).size > 1000)) throw new Error(`check-training: ${file} is empty`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
