import { it, expect } from 'vitest';
import { trainRun, resolveRecipe, evaluateRun } from './index.ts';
it('x', async () => {
  const recipe = await resolveRecipe({
    model: { system: 'rowLstm', image: { height: 8, width: 8, channels: 1, levels: 2 }, layers: 1, hidden: 4, head: 8 },
    dataset: { name: 'digits', options: { binarize: 'threshold' } },
    optimizer: { name: 'adam', learningRate: 0.01 }, schedule: [{ name: 'warm-up', steps: 10 }, { name: 'linear' }], clip: { norm: 1 },
    ema: { decay: 0.99 }, steps: 60, seed: 1, evaluateImages: 100, journalEvery: 1,
  });
  const out = '/tmp/h/run-x';
  const r = await trainRun({ recipe, out, onProgress: (p) => p.step % 20 === 0 && console.log(p) });
  console.log(r);
  console.log(await evaluateRun(out, { split: 'test' }));
});
