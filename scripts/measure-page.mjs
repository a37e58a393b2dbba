// `node scripts/measure-page.mjs [--presets …] [--threads 1,2] [--rounds 3]`: milliseconds of a training step of 16 images in
// Chromium, on a page that is isolated from other origins, in turn on each number of threads; and whether they end with the same nats.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ISOLATED, runPage } from './lib/chromium.mjs';
import { median } from './lib/median.mjs';
import { pageOfSources } from './lib/page-of-sources.mjs';
import { main } from './lib/process.mjs';

const PAGE = path.join(import.meta.dirname, '../apps/bench/src/tasks/step-page.fixture.ts');
const PRESETS = 'mnist-diagonal-bilstm,mnist-row-lstm,mnist-pixel-cnn,mnist-gated-pixel-cnn';

await main(async () => {
  const { values } = parseArgs({
    options: {
      presets: { type: 'string', default: PRESETS },
      threads: { type: 'string', default: '1,2' },
      rounds: { type: 'string', default: '3' },
    },
  });
  const files = await pageOfSources(PAGE);
  const counts = values.threads.split(',');
  for (const preset of values.presets.split(',')) {
    const times = Object.fromEntries(counts.map((threads) => [threads, []]));
    const nats = new Set();
    for (let round = 0; round < Number(values.rounds); round++)
      for (const threads of counts) {
        const report = await runPage(files, `preset=${preset}&threads=${threads}`, undefined, ISOLATED);
        if (report.error) throw new Error(report.error);
        times[threads].push(...report.milliseconds);
        nats.add(report.nats);
      }
    const medians = counts.map((threads) => `${threads}: ${median(times[threads]).toFixed(1)} ms`);
    const factor = median(times[counts[0]]) / median(times[counts.at(-1)]);
    console.log(
      `${preset}  ${medians.join(', ')}  (${factor.toFixed(2)}×), ${nats.size === 1 ? 'same nats' : 'OTHER NATS'}`,
    );
  }
});
