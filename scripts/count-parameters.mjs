// `node scripts/count-parameters.mjs [<preset>…]`, after `npm run build`: how many numbers each preset learns, or those named. Weights that masks hide
// altogether are not stored, and not counted.
import '@tensorflow/tfjs';
import { main } from './lib/process.mjs';

const { countParams, disposeParams, STILL } = await import('../packages/core/dist/index.js');
const { PRESETS, presetModel } = await import('../packages/models/dist/index.js');

await main(async (names) => {
  for (const name of names.length > 0 ? names : Object.keys(PRESETS)) {
    const params = presetModel(name).init(STILL);
    console.log(`${name}: ${countParams(params).toLocaleString('en')}`);
    disposeParams(params);
  }
});
