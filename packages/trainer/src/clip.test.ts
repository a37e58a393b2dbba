import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type ClipOptions, clipGradients } from './clip.ts';

function clip(gradient: number[], options?: ClipOptions) {
  const { gradients, norm } = clipGradients(tf.tensor1d(gradient), options);
  return { gradients: [...gradients.dataSync()].map((x) => Number(x.toFixed(6))), norm: norm.dataSync()[0] };
}

describe('clipGradients', () => {
  it.each<[string, number[], ClipOptions | undefined, number[], number]>([
    ['nothing by default', [3, 4], undefined, [3, 4], 5],
    ['the global norm', [3, 4], { norm: 1 }, [0.6, 0.8], 5],
    ['no short gradient', [0.3, 0.4], { norm: 1 }, [0.3, 0.4], 0.5],
    ['no zero gradient', [0, 0], { norm: 1 }, [0, 0], 0],
    ['each element', [3, -4, 0.5], { value: 1 }, [1, -1, 0.5], Math.sqrt(25.25)],
    ['elements, then the norm', [3, -4], { value: 1, norm: 1 }, [Math.SQRT1_2, -Math.SQRT1_2], 5],
  ])('clips %s', (_, gradient, options, expected, norm) => {
    const result = clip(gradient, options);
    expect(result.gradients).toEqual(expected.map((value) => expect.closeTo(value, 5)));
    expect(result.norm).toBeCloseTo(norm, 5);
  });

  it('leaves nothing behind outside a tidy but what it gives', () => {
    const gradient = tf.tensor1d([3, 4]);
    const before = tf.memory().numTensors;
    tf.dispose(clipGradients(gradient, { value: 3, norm: 1 }) as tf.TensorContainer);
    expect(tf.memory().numTensors).toBe(before);
    expect(gradient.isDisposed).toBe(false);
  });

  it('hands NaN on instead of hiding it', () => {
    expect(clip([1, Number.NaN], { norm: 1 }).norm).toBeNaN();
  });
});
