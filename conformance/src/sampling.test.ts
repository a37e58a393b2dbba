// Two 28×28 samples of each MNIST preset: the cached sampler on typed arrays against one that runs the whole network for every
// pixel on the fastest backend here. The two round differently, so a draw may differ where its uniform number lies next to the
// threshold between two levels: such draws are counted.
import { type BackendReport, useBackend } from '@pixelrnn/backends';
import { dimensions, type Params, rng, toHost } from '@pixelrnn/core';
import { sample, sampleNaive } from '@pixelrnn/generate';
import { type PresetName, presetModel } from '@pixelrnn/models';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PRESETS: readonly PresetName[] = [
  'mnist-pixel-cnn',
  'mnist-row-lstm',
  'mnist-diagonal-bilstm',
  'mnist-gated-pixel-cnn',
  'mnist-pixel-cnn-pp',
];
/** 784 passes of wide convolutions take minutes without native TensorFlow. */
const WIDE: readonly PresetName[] = ['mnist-gated-pixel-cnn', 'mnist-pixel-cnn-pp'];
/** The one that takes the least time. */
const QUICK: PresetName = 'mnist-row-lstm';
const COUNT = 2;

/** A preset; PixelCNN++, of which a pass is thousands of operations, on images of a fifth of the pixels. */
const modelOf = (name: PresetName) =>
  presetModel(name, name === 'mnist-pixel-cnn-pp' ? { image: { height: 12, width: 12, channels: 1, levels: 2 } } : {});
const NEAR = 1e-5;
const MOST = 2;

describe('cached against naive', () => {
  let started: BackendReport;
  beforeAll(async () => {
    started = await useBackend('auto');
  });
  afterAll(() => tf.setBackend('cpu'));

  for (const name of PRESETS)
    it(name, { tags: name === QUICK ? [] : ['slow'] }, async ({ skip }) => {
      if (WIDE.includes(name) && started.backend === 'wasm')
        skip('784 passes of wide convolutions take minutes without native TensorFlow');
      const model = modelOf(name);
      const params = model.init(rng(name));
      let at = performance.now();
      const cached = await sample(model, await toHost(params), { count: COUNT, seed: 'two' });
      const cachedSeconds = (performance.now() - at) / 1000;

      at = performance.now();
      const naive = await sampleNaive(model, passes(name, params), {
        count: COUNT,
        seed: 'two',
        teacher: cached.images,
      });
      const naiveSeconds = (performance.now() - at) / 1000;

      const differing = naive.distances.filter((_, i) => naive.images[i] !== cached.images[i]);
      console.info(
        `${name}: cached ${cachedSeconds.toFixed(1)} s, naive ${naiveSeconds.toFixed(1)} s on ${started.backend}, ` +
          `${differing.length} of ${naive.images.length} draws differ`,
      );
      for (const distance of differing) expect(distance).toBeLessThan(NEAR);
      expect(differing.length).toBeLessThanOrEqual(MOST);
      expect(new Set(cached.images)).toEqual(new Set([0, 1]));
    });
});

/** The network on the rows down to the pixel that is asked for: what lies below has no influence (C8), and this halves the time. */
function passes(name: PresetName, params: Params) {
  const full = modelOf(name);
  const { height, width, channels } = full.image;
  const size = dimensions(full.image);
  let pixel = 0;
  return async (images: Float32Array, count: number): Promise<Float32Array> => {
    const rows = Math.floor(pixel++ / width) + 1;
    const model = presetModel(name, { image: { ...full.image, height: rows } });
    const cut = rows * width * channels;
    const values = new Float32Array(count * cut);
    for (let b = 0; b < count; b++) values.set(images.subarray(b * size, b * size + cut), b * cut);
    const tensor = tf.tidy(() => model.conditionals(params, tf.tensor4d(values, [count, rows, width, channels])));
    const parameters = await tensor.data();
    tensor.dispose();
    const result = new Float32Array(count * height * width * full.likelihood.outputs);
    const [from, to] = [parameters.length / count, result.length / count];
    for (let b = 0; b < count; b++) result.set(parameters.subarray(b * from, (b + 1) * from), b * to);
    return result;
  };
}
