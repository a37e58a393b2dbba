import { normals, type Params, rng, toHost } from '@pixelrnn/core';
import { gatedConv2d, outputHead, sequential } from '@pixelrnn/layers';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { type Gaussian, gaussianOf, standardNoise } from './gaussian.ts';
import { hierarchicalPrior } from './hierarchical-prior.ts';

const SIZE = 12;
const prior = hierarchicalPrior({
  latents: [2, 3, 2],
  top: 3,
  encoder: { name: 'convEncoder', config: { layers: [[3, 1]], activation: 'elu' } },
  layers: 1,
  channels: 4,
  head: 5,
});
const params = prior.init(rng('prior'));

it('draws each latent from the mean and width that the ones before it and the level above give', async () => {
  const random = [rng(1), rng(2), rng(3)];
  const z = prior.draw(await toHost(params), random);
  expect(prior.draw(await toHost(params), random.slice(1))).toEqual(z.slice(SIZE));
  const network = sequential([
    gatedConv2d({ channels: 4, size: 3, vector: 3, first: { inputs: 2 } }),
    gatedConv2d({ channels: 4, size: 3, vector: 3 }),
    outputHead({ inputs: 4, hidden: 5, layers: 1, outputs: 4 }),
  ]);
  const vector = tf.tensor2d(random.map((own) => [...normals(own.fork('top'), 3)]));
  const { here } = network.apply(params.network as Params, { here: tf.tensor4d(z, [3, 2, 3, 2]) }, { vector });
  const { mean, logSigma } = gaussianOf(here);
  const noise = tf.div(tf.sub(tf.tensor2d(z, [3, SIZE]), mean), tf.exp(logSigma)).dataSync();
  const drawnWith = random.flatMap((own) => [...normals(own.fork('bottom'), SIZE)]);
  expect([...noise]).toEqual(drawnWith.map((value) => expect.closeTo(value, 4)));
});

it('costs in the mean what its weights say', () => {
  const draws = 4000;
  const one = (values: number[]) => tf.tile(tf.tensor2d([values]), [draws, 1]) as tf.Tensor2D;
  const q: Gaussian = {
    mean: one([0.5, -0.2, 0.1, 0.8, -1, 0, 0.3, -0.4, 0.2, 0.6, -0.7, 0.9]),
    logSigma: one(new Array(SIZE).fill(-0.5)),
  };
  const noise = standardNoise({}, [draws, SIZE], 'test');
  const mean = (values: tf.Tensor) => tf.mean(values).dataSync()[0];
  const parts = Object.values(prior.divergences(params, q, noise, {})).map((part) => mean(tf.sum(part, 1)));
  expect(parts.every((part) => part > 0)).toBe(true);
  const ratio = mean(prior.logRatio(params, q, noise, {}));
  expect(Math.abs(ratio + parts[0] + parts[1])).toBeLessThan(0.15);
});

it('gives the divergence of each channel of the map, and of each number above it', () => {
  const q: Gaussian = { mean: tf.zeros([2, SIZE]), logSigma: tf.zeros([2, SIZE]) };
  const { klBottom, klTop } = prior.divergences(params, q, tf.zeros([2, SIZE]), {});
  expect([klBottom.shape, klTop.shape]).toEqual([
    [2, 2],
    [2, 3],
  ]);
});
