// `threads-child.fixture.ts <backend> <threads>`: prints, as one line of JSON, the SHA-256 of the loss and of every gradient of each preset on so
// many threads, and of the parameters that some steps of training end with.
import { createHash } from 'node:crypto';
import { type BackendName, useBackend } from '@pixelrnn/backends';
import { adam, disposeState, initialState, modelShapes, trainStep } from '@pixelrnn/trainer';
import { type GradientSetting, gradientSetting, lossAndGradients, PRESET_CASES } from './gradients.ts';

/** Enough for TensorFlow's own operations to be spread over threads. */
const BATCH = 8;
const STEPS = 2;

const hash = (values: Float32Array) =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

/** Trains with all that a recipe may ask for. */
async function train({ model, batch }: GradientSetting): Promise<Float32Array> {
  const optimizer = adam({ learningRate: 1e-3 });
  const shapes = modelShapes(model);
  let state = initialState({ model, optimizer, seed: 1, ema: true });
  for (let step = 0; step < STEPS; step++) {
    const options = { model, shapes, state, batch, optimizer, learningRate: 1e-3 };
    const next = trainStep({ ...options, clip: { norm: 1 }, ema: { decay: 0.9, warmUp: true } });
    next.metrics.dispose();
    disposeState(state);
    state = next.state;
  }
  const params = (await state.averaged!.data()) as Float32Array;
  disposeState(state);
  return params;
}

const [backend, threads] = process.argv.slice(2);
await useBackend(backend as BackendName, { threads: Number(threads) });
const hashes: Record<string, string> = {};
for (const preset of PRESET_CASES) {
  const setting = await gradientSetting(preset, 0, BATCH);
  for (const [path, values] of await lossAndGradients(setting, { fused: true }))
    hashes[`${preset.title}: ${path}`] = hash(values);
  hashes[`${preset.title}: after ${STEPS} steps`] = hash(await train(setting));
}
console.log(JSON.stringify(hashes));
