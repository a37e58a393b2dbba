import type { Params } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam } from './adam.ts';
import { disposeState, type TrainState } from './state.ts';
import { TINY_IMAGE, tinyModel, tinySource } from './tiny-model.fixture.ts';
import { type TrainOptions, train } from './train.ts';

/** The tiny model, whose bias begins as the log-odds of each pixel in the first batch; counts how often it did. */
function calibratedModel(change: (params: { net: Params }) => Params = (params) => params) {
  const model = tinyModel();
  let times = 0;
  return {
    ...model,
    times: () => times,
    calibrate(params: Params, images: tf.Tensor4D): Params {
      times++;
      const { weights } = params.net as { weights: tf.Tensor };
      const mean = tf.reshape(tf.clipByValue(tf.mean(images, 0), 0.1, 0.9), [-1]);
      // The bias first: not in the order of `init`.
      return change({ net: { bias: tf.log(tf.div(mean, tf.sub(1, mean))), weights } });
    },
  };
}

const options = (overrides: Partial<TrainOptions> & Pick<TrainOptions, 'model'>): TrainOptions => ({
  source: tinySource(8, overrides.startState?.step),
  optimizer: adam({ learningRate: 0.05 }),
  ema: { decay: 0.9, warmUp: true },
  steps: 3,
  seed: 1,
  ...overrides,
});

const bytes = (state: TrainState) =>
  [state.params, state.averaged!].map((tensor) => Buffer.from(tensor.dataSync().buffer).toString('hex'));

describe('train of a model that calibrates', () => {
  it('begins with the parameters that the first batch asks for, and leaves nothing behind', async () => {
    const model = calibratedModel();
    const before = tf.memory().numTensors;
    // A rate of next to nothing shows the parameters before the first step.
    const state = await train(options({ model, optimizer: adam({ learningRate: 1e-30 }) }));
    expect(model.times()).toBe(1);
    const { images } = (await tinySource(8).next()).value;
    const pixels = TINY_IMAGE.height * TINY_IMAGE.width;
    const expected = Array.from({ length: pixels }, (_, pixel) => {
      const mean = Array.from({ length: 8 }, (_, i) => images[i * pixels + pixel]).reduce((a, b) => a + b) / 8;
      const clipped = Math.min(0.9, Math.max(0.1, mean));
      return expect.closeTo(Math.log(clipped / (1 - clipped)), 5);
    });
    for (const vector of [state.params, state.averaged!])
      expect([...vector.dataSync().slice(pixels * pixels)]).toEqual(expected);
    disposeState(state);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('goes on with the same bits, and does not calibrate again', async () => {
    const whole = await train(options({ model: calibratedModel() }));
    const model = calibratedModel();
    const startState = await train(options({ model, steps: 1 }));
    const rest = await train(options({ model, startState }));
    expect(model.times()).toBe(1);
    expect(bytes(rest)).toEqual(bytes(whole));
  });

  it('calibrates a start state of step 0, unless it is told that its parameters were learned', async () => {
    const model = calibratedModel();
    const startState = await train(options({ model, steps: 0 }));
    const calibrated = await train(options({ model, startState }));
    expect(model.times()).toBe(1);
    expect(startState.params.isDisposed).toBe(false);
    expect(bytes(calibrated)).toEqual(bytes(await train(options({ model: calibratedModel() }))));
    await train(options({ model, startState, calibrate: false }));
    expect(model.times()).toBe(1);
  });

  it.each<[string, (params: { net: Params }) => Params, string]>([
    ['names', ({ net }) => ({ net: { weights: net.weights, biases: net.bias } }), 'treeFrom: missing net/bias'],
    [
      'shapes',
      ({ net }) => ({ net: { ...net, bias: tf.zeros([15]) } }),
      'tiny: wanted calibrated net/bias of shape [16], got [15]',
    ],
  ])('refuses parameters of other %s', async (_, change, message) => {
    const before = tf.memory().numTensors;
    await expect(train(options({ model: calibratedModel(change) }))).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});
