// `node scripts/measure-connections.mjs [--preset cifar10-row-lstm] [--steps 1500] [--seeds 0] [--limit 500] [--set <key=value>]…`, after
// `npm run build`: the ablation of the PixelRNN paper on its Row LSTM. The same network, with and without residual and skip connections, from the same
// seeds, after as many steps; bits per dimension on images that were not trained on, the mean over the seeds. Without --set, of 16 hidden units and a head of 64.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pixelrnn, pixelrnnJson } from './lib/cli.mjs';
import { main } from './lib/process.mjs';

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const NEVER = 1_000_000_000;

async function bitsPerDim(folder, { preset, steps, limit, set }, seed, residual, skip) {
  const out = path.join(folder, `${seed}-${residual}-${skip}`);
  const sets = [
    ...[`evaluateEvery=${NEVER}`, 'evaluateImages=8', `checkpointEvery=${NEVER}`, 'sampleEvery=0', ...set],
    ...[`model.residual=${residual}`, `model.skip=${skip}`],
  ];
  const how = ['--recipe', 'fast', '--steps', steps, '--seed', seed, '--threads', '1'];
  await pixelrnn(['train', preset, '--out', out, ...how, ...sets.flatMap((one) => ['--set', one])]);
  return (await pixelrnnJson(['evaluate', out, '--split', 'valid', '--limit', limit])).bitsPerDim;
}

await main(async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      preset: { type: 'string', default: 'cifar10-row-lstm' },
      steps: { type: 'string', default: '1500' },
      seeds: { type: 'string', default: '0' },
      limit: { type: 'string', default: '500' },
      set: { type: 'string', multiple: true, default: ['model.hidden=16', 'model.head=64'] },
    },
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'pixelrnn-connections-'));
  try {
    const rows = [];
    for (const residual of [false, true]) {
      const cells = [];
      for (const skip of [false, true]) {
        const results = [];
        for (const seed of values.seeds.split(','))
          results.push(await bitsPerDim(folder, values, seed, residual, skip));
        cells.push(mean(results).toFixed(3));
      }
      rows.push(`| ${residual ? 'residual' : 'no residual'} | ${cells.join(' | ')} |`);
    }
    console.log(['| | no skip | skip |', '|---|---|---|', ...rows].join('\n'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
