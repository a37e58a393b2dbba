import { rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  type Gaussian,
  gaussianKl,
  gaussianOf,
  logDensityRatio,
  posteriorNoise,
  reparametrized,
  standardNoise,
} from './gaussian.ts';

const row = (...values: number[]) => tf.tensor2d([values]);
const q: Gaussian = { mean: row(0.5, -1, 0), logSigma: row(-0.3, 0.4, 0) };
const p: Gaussian = { mean: row(0.2, 1, 0.1), logSigma: row(0.1, -0.2, 0.7) };

/** ∫ q log(q / p) by the rectangle rule, for one number. */
function klByQuadrature([mq, sq]: readonly number[], [mp, sp]: readonly number[]): number {
  const log = (x: number, m: number, s: number) => -0.5 * ((x - m) / s) ** 2 - Math.log(s);
  let sum = 0;
  for (let x = mq - 12 * sq; x < mq + 12 * sq; x += sq / 200)
    sum += Math.exp(log(x, mq, sq)) * (log(x, mq, sq) - log(x, mp, sp));
  return ((sum / Math.sqrt(2 * Math.PI)) * sq) / 200;
}

const pairs = ({ mean, logSigma }: Gaussian) =>
  [...mean.dataSync()].map((m, i) => [m, Math.exp(logSigma.dataSync()[i])] as const);

it.each([
  ['the standard normal', undefined],
  ['another Gaussian', p],
])('has the divergence from %s that the integral has', (_, prior) => {
  const of = prior ? pairs(prior) : [0, 0, 0].map(() => [0, 1] as const);
  const wanted = pairs(q).map((own, i) => expect.closeTo(klByQuadrature(own, of[i]), 5));
  expect([...gaussianKl(q, prior).dataSync()]).toEqual(wanted);
});

it.each([
  ['the standard normal', undefined],
  ['another Gaussian', p],
])('has the ratio of the densities of %s', (_, prior) => {
  const noise = row(1.2, -0.7, 0.1);
  const z = [...reparametrized(q, noise).dataSync()];
  const log = (gaussian: readonly (readonly [number, number])[]) =>
    z.reduce((sum, x, i) => sum - 0.5 * ((x - gaussian[i][0]) / gaussian[i][1]) ** 2 - Math.log(gaussian[i][1]), 0);
  const wanted = log(prior ? pairs(prior) : z.map(() => [0, 1] as const)) - log(pairs(q));
  expect(logDensityRatio(q, noise, prior).dataSync()[0]).toBeCloseTo(wanted, 5);
});

it('reads statistics of vectors and of maps, mean first', () => {
  const vector = gaussianOf(tf.tensor2d([[1, 2, 3, 4]]));
  expect([[...vector.mean.dataSync()], [...vector.logSigma.dataSync()]]).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const map = gaussianOf(tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]));
  expect([[...map.mean.dataSync()], [...map.logSigma.dataSync()]]).toEqual([
    [1, 3],
    [2, 4],
  ]);
});

it('draws noise for each image, whatever the batch', () => {
  const all = [...standardNoise({}, [4, 3], 'latents').dataSync()];
  expect([...standardNoise({ indices: [1, 2] }, [2, 3], 'latents').dataSync()]).toEqual(all.slice(3, 9));
  expect([...standardNoise({ rng: rng(1) }, [4, 3], 'latents').dataSync()]).not.toEqual(all);
});

it('hands out the noise that the posterior is drawn with', () => {
  const context = { rng: rng(1) };
  expect(posteriorNoise(context, [2, 3])).toEqual(standardNoise(context, [2, 3], 'posterior').dataSync());
});
