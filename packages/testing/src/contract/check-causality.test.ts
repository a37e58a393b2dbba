import type { Layer } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { shifted, type TinyLayerOptions, type TinyParams, tinyLayer } from '../fixtures/tiny-layer.ts';
import { tinyStacks } from '../fixtures/tiny-stacks.ts';
import { checkCausality } from './check-causality.ts';
import { checkGradientCausality } from './check-gradient-causality.ts';

/** A tiny layer whose output has something more added. */
function withLeak(leak: (x: tf.Tensor4D) => tf.Tensor, options?: Partial<TinyLayerOptions>): Layer<TinyParams> {
  const layer = tinyLayer({ inputs: 1, outputs: 1, ...options });
  return {
    ...layer,
    apply: (params, x) => tf.tidy(() => ({ here: tf.add(layer.apply(params, x).here, leak(x.here)) as tf.Tensor4D })),
  };
}

/** The pixel to the right: what 'same' padding of an even kernel reads. */
const right = (x: tf.Tensor4D) => tf.reverse(shifted(tf.reverse(x, 2), 0, 1), 2);
const below = (x: tf.Tensor4D) => tf.reverse(shifted(tf.reverse(x, 1), 1, 0), 1);

describe.each([
  ['checkCausality', checkCausality],
  ['checkGradientCausality', checkGradientCausality],
])('%s', (_, check) => {
  it('finds the pixel to the right', async () => {
    await expect(check(withLeak(right))).rejects.toThrow(
      /here\(row 0, column 0, group 0\).*here\(row 0, column 1, group 0\)/,
    );
  });

  it('finds the row below', async () => {
    await expect(check(withLeak(below))).rejects.toThrow(
      /here\(row 0, column 0, group 0\).*here\(row 1, column 0, group 0\)/,
    );
  });

  it('finds a faint leak', async () => {
    await expect(check(withLeak((x) => tf.mul(right(x), 1e-6)))).rejects.toThrow('which it may not see');
  });

  it('finds a colour that sees itself under mask A', async () => {
    const colours = { inputs: 3, outputs: 3, groups: 3 };
    await check(tinyLayer({ ...colours, mask: 'A' }), { groups: 3, mask: 'A' });
    await expect(check(tinyLayer({ ...colours, mask: 'B' }), { groups: 3, mask: 'A' })).rejects.toThrow(
      /here\(row 0, column 0, group 0\).*here\(row 0, column 0, group 0\)/,
    );
  });

  it('T5: finds colours mixed across gates', async () => {
    // Thirds over all channels of two gates put gate one's blue into the second gate's red.
    const wrong = tinyLayer({ inputs: 3, outputs: 6, groups: 3 });
    await expect(check(wrong, { groups: 3, outputGroups: [0, 1, 2, 0, 1, 2] })).rejects.toThrow('which it may not see');
  });

  it('finds an upper stack that knows its own row', async () => {
    const layer = tinyStacks(1);
    const leaking: typeof layer = {
      ...layer,
      apply: (params, x) =>
        tf.tidy(() => {
          const { here, above } = layer.apply(params, x);
          return { here, above: tf.add<tf.Tensor4D>(above!, shifted(x.here, 0, 1)) };
        }),
    };
    await check(layer);
    await expect(check(leaking)).rejects.toThrow(/above\(row 0, column 1\).*here\(row 0, column 0, group 0\)/);
  });

  it('is not content with a layer that sees nothing', async () => {
    const layer = tinyLayer({ inputs: 1, outputs: 1 });
    const blind: typeof layer = { ...layer, apply: (_, x) => ({ here: tf.zerosLike(x.here) }) };
    await expect(check(blind)).rejects.toThrow(/nothing was tested/);
  });
});

it('checkCausality finds a leak that opens at large values only', async () => {
  const late = (x: tf.Tensor4D) => tf.relu(tf.sub(right(x), 200));
  await expect(checkCausality(withLeak(late))).rejects.toThrow(
    'all that here(row 0, column 0, group 0) may not see, to 255,',
  );
  const negative = (x: tf.Tensor4D) => tf.relu(tf.sub(tf.neg(below(x)), 200));
  await expect(checkCausality(withLeak(negative))).rejects.toThrow('to -255,');
});

it('checkGradientCausality finds a gradient that leaks where the values do not', async () => {
  const leaksBackwards = tf.customGrad((x) => ({
    value: tf.zerosLike(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => shifted(dy as tf.Tensor4D, 0, 1),
  }));
  const layer = withLeak((x) => leaksBackwards(x));
  await checkCausality(layer);
  await expect(checkGradientCausality(layer)).rejects.toThrow('wanted gradient 0 of here(row 0, column 0, group 0)');
});
