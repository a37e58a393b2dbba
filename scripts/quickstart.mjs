// `npm run quickstart [-- --data-dir <folder>] [--minutes 2] [--out runs/quickstart] [--backend auto]`: from a fresh clone to a trained
// model, its samples and its report.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { install } from './install.mjs';
import { buildPixelrnn, pixelrnn, pixelrnnJson } from './lib/cli.mjs';
import { main, root } from './lib/process.mjs';

/** Validation nats after as many steps as two minutes allowed on two cores of a server, by backend: 2582 and 6536. */
const EXPECTED = { minutes: 2, nats: { wasm: 86.6, tensorflow: 84.5 } };

const options = {
  'data-dir': { type: 'string' },
  backend: { type: 'string', default: 'auto' },
  minutes: { type: 'string', default: String(EXPECTED.minutes) },
  out: { type: 'string', default: path.join(root, 'runs', 'quickstart') },
};

await main(async (args) => {
  const { values } = parseArgs({ args, options });
  const { out, minutes } = values;
  const data = values['data-dir'] ? ['--data-dir', values['data-dir']] : [];
  const backend = ['--backend', values.backend];

  await install();
  await buildPixelrnn();
  await pixelrnn(['fetch', 'mnist', ...data]);
  const begun = existsSync(path.join(out, 'config.json'));
  if (begun) console.log(`Going on with ${out}; delete it to begin anew.`);
  const length = begun ? ['--resume'] : ['quickstart', '--minutes', minutes];
  await pixelrnn(['train', ...length, '--out', out, ...data, ...backend]);
  const evaluation = await pixelrnnJson(['evaluate', out, '--split', 'valid', ...data, ...backend]);
  const samples = path.join(out, 'samples.png');
  const completions = path.join(out, 'completions.png');
  await pixelrnn(['sample', out, '--count', '64', '--out', samples, ...backend]);
  const half = ['--split', 'test:0-7', '--known', 'rows:14'];
  await pixelrnn(['complete', out, ...half, '--count', '7', '--out', completions, ...data, ...backend]);

  const expected = Number(minutes) === EXPECTED.minutes && EXPECTED.nats[evaluation.backend];
  console.log(`
validation    ${evaluation.nats.toFixed(2)} nats per image${expected ? ` (expected: about ${expected})` : ''}
samples       ${samples}
completions   ${completions}
report        ${path.join(out, 'report.html')}`);
});
