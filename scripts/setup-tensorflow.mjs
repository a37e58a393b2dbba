// `npm run setup:tensorflow [-- --gpu]`: native TensorFlow with our fused operations, from a fresh clone.
import { install } from './install.mjs';
import { buildPixelrnn, pixelrnn } from './lib/cli.mjs';
import { main } from './lib/process.mjs';

await main(async (args) => {
  await install();
  await buildPixelrnn();
  await pixelrnn(['setup', 'tensorflow', ...args]);
});
