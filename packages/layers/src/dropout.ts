import type { Context, Rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/** A draw of 16 bits keeps an element or drops it. */
const DRAWS = 2 ** 16;

/**
 * While training, drops each number with probability `rate` and divides those kept by 1 − rate, so that the mean stays (Srivastava et
 * al. 2014); `rate` is rounded to 2⁻¹⁶. Outside of training, or at rate 0, it is x itself.
 *
 * @throws if the context of a training has no random numbers
 */
export function dropout(x: tf.Tensor4D, rate: number, context: Context | undefined): tf.Tensor4D {
  if (!context?.training || rate === 0) return x;
  if (!context.rng) throw new Error('dropout: wanted random numbers (context.rng) while training, got none');
  return tf.mul(x, tf.tensor4d(keepMask(x.size, rate, context.rng), x.shape));
}

/** 1 / (1 − rate) where an element is kept, else 0. */
function keepMask(size: number, rate: number, rng: Rng): Float32Array {
  const dropped = Math.round(rate * DRAWS);
  const kept = DRAWS / (DRAWS - dropped);
  const next = fastBits(rng);
  const mask = new Float32Array(size);
  for (let i = 0; i < size; i += 2) {
    const bits = next();
    if (bits >>> 16 >= dropped) mask[i] = kept;
    if ((bits & 0xffff) >= dropped) mask[i + 1] = kept; // beyond the end of an odd mask this does nothing
  }
  return mask;
}

/**
 * 32 random bits a call: sfc32 (Doty-Humphrey, PractRand) seeded from a stream of ours. Philox takes thirty times as long, and a training
 * step may need tens of millions.
 */
function fastBits(rng: Rng): () => number {
  let [a, b, c, counter] = [rng.uint32() | 0, rng.uint32() | 0, rng.uint32() | 0, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum;
  };
  for (let i = 0; i < 12; i++) next(); // the generator's own warm-up
  return next;
}
