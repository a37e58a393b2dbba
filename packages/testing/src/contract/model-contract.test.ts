import { type GenerativeModel, type ImageSpec, oneHot } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type TinyModelParams, tinyModel } from '../fixtures/tiny-model.ts';
import { checkNats } from './check-nats.ts';
import { checkNatsGradients } from './check-nats-gradients.ts';
import { checkNormalization } from './check-normalization.ts';
import { checkModel, MODEL_CHECKS, modelChecksFor, modelContract } from './model-contract.ts';

const bits: ImageSpec = { height: 2, width: 2, channels: 1, levels: 2 };
const colours: ImageSpec = { height: 1, width: 2, channels: 3, levels: 3 };
const createModel = (config: object) => {
  const { image, classes } = config as { image: ImageSpec; classes?: number };
  return tinyModel(image, classes);
};

modelContract('a tiny model of bits', tinyModel(bits), { describe, it, createModel, expectUnseen: 2 });
modelContract('a tiny model of colours', () => tinyModel(colours), { describe, it, createModel });
modelContract('a tiny model with classes', tinyModel(bits, 3), { describe, it, createModel });
modelContract('a model too large to enumerate', tinyModel({ ...bits, height: 4, width: 5 }), {
  describe,
  it,
  exhaustive: false,
});

/** A tiny model whose likelihood parameters are tampered with, everywhere that they are used on tensors. */
function tampered(
  change: (parameters: tf.Tensor4D, images: tf.Tensor4D) => tf.Tensor4D,
): GenerativeModel<TinyModelParams> {
  const model = tinyModel(bits);
  const conditionals: typeof model.conditionals = (params, images) =>
    change(model.conditionals(params, images), images);
  return {
    ...model,
    conditionals,
    nats: (params, images) => tf.neg(model.likelihood.logProb(conditionals(params, images), images)),
  };
}

describe('a model that reads levels as classes', () => {
  const classes: GenerativeModel = { ...tinyModel(bits), encoding: oneHot({ channels: 1, levels: 2 }) };

  it('is not asked for gradients with respect to them', () => {
    const titles = (model: GenerativeModel) => modelChecksFor(model, {}).map(({ title }) => title);
    expect(titles(tinyModel(bits)).filter((title) => !titles(classes).includes(title))).toEqual([
      'does not look ahead in its gradient (C1)',
    ]);
  });

  it('cannot say by gradients what it does not see', async () => {
    await expect(checkModel(classes, { expectUnseen: 2 })).rejects.toThrow(
      'modelContract: tinyModel: wanted no expectUnseen, since gradients do not pass its encoding oneHot',
    );
  });
});

describe('checkNormalization', () => {
  it('finds a model that sees what it predicts', async () => {
    const cheating = tampered((parameters, images) => tf.add(parameters, images));
    await expect(checkNormalization(cheating)).rejects.toThrow(/sum to 1 over all 16 images, got 1\.\d/);
  });

  it('asks less of an upper bound', async () => {
    const model = tinyModel(bits);
    const scaled = (factor: number): typeof model => ({
      ...model,
      bound: 'upper',
      nats: (params, images) => tf.mul(factor, model.nats(params, images)),
    });
    await checkNormalization(scaled(1.1));
    await expect(checkNormalization(scaled(0.9))).rejects.toThrow('sum to at most 1');
  });

  it('says when there are too many images', async () => {
    await expect(checkNormalization(tinyModel({ ...bits, height: 4, width: 5 }))).rejects.toThrow(
      '2^20 images are more than 4096',
    );
  });
});

describe('checkNats', () => {
  const model = tinyModel(bits);
  const withNats = (change: (nats: tf.Tensor1D) => tf.Tensor1D): typeof model => ({
    ...model,
    nats: (params, images) => change(model.nats(params, images)),
  });

  it('finds bits instead of nats, and means instead of sums', async () => {
    await checkNats(model);
    await expect(checkNats(withNats((nats) => tf.div(nats, Math.LN2)))).rejects.toThrow(
      'by the pmf of every sub-pixel',
    );
    await expect(checkNats(withNats((nats) => tf.div(nats, 4)))).rejects.toThrow('by the pmf of every sub-pixel');
  });

  it('finds the wrong sign', async () => {
    await expect(checkNats(withNats((nats) => tf.neg(nats)))).rejects.toThrow('wanted finite −log p ≥ 0');
  });

  it('finds a loss averaged over the batch', async () => {
    const averaged = withNats((nats) => tf.mul(tf.mean(nats), tf.onesLike(nats)));
    await expect(checkNats(averaged)).rejects.toThrow('nats in batches of 1 as in one of 5');
  });

  it('finds a pmf that is none', async () => {
    const likelihood: typeof model.likelihood = {
      ...model.likelihood,
      pmf: (...args) => model.likelihood.pmf(...args).map((p) => p / 2),
    };
    await expect(checkNats({ ...model, likelihood })).rejects.toThrow(
      'wanted a pmf of 2 levels that sums to 1, got 2 and 0.5',
    );
  });

  it('finds a wrong shape', async () => {
    const total: typeof model = {
      ...model,
      nats: (params, images) => tf.reshape(tf.sum(model.nats(params, images)), [1]),
    };
    await expect(checkNats(total)).rejects.toThrow('nats of tinyModel: wanted [5], got [1]');
  });
});

it('checkNatsGradients finds a wrong gradient of the loss', async () => {
  const scaled = tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.mul(dy, 2),
  }));
  await checkNatsGradients(tinyModel(bits));
  await expect(checkNatsGradients(tampered((parameters) => scaled(parameters) as tf.Tensor4D))).rejects.toThrow(
    'checkNatsGradients: tinyModel: gradient of layer/left',
  );
});

describe('modelChecksFor', () => {
  const titles = (...args: Parameters<typeof modelChecksFor>) => modelChecksFor(...args).map(({ title }) => title);

  it('leaves out what does not apply', () => {
    const all = titles(tinyModel(bits, 2), { createModel, expectUnseen: 0 });
    const ofLatents = 'has latents whose bounds are of the probabilities that it samples (C16)';
    const own = MODEL_CHECKS.map(({ title }) => title);
    expect(all).toEqual(expect.arrayContaining(own.filter((title) => title !== ofLatents)));
    expect(all).not.toContain(ofLatents);
    expect(titles({ ...tinyModel(bits), logWeights: () => tf.tensor1d([0]) }, {})).toContain(ofLatents);
    const fewer = titles(tinyModel(bits), { exhaustive: false });
    const missing = all.filter((title) => !fewer.includes(title));
    expect(missing).toEqual([
      'is built again from its configuration',
      'has exactly the blind spot expected (C5, C7)',
      'depends on its conditions, and wants them',
      'has probabilities that sum to one (C16)',
      'depends on the class (C30)',
      'samples as often as it should (C24)',
    ]);
  });

  it('applies the rules of layers to models', async () => {
    const leaking = tampered((parameters, images) => tf.add(parameters, tf.reverse(images, 2)));
    await expect(checkModel(leaking)).rejects.toThrow('checkCausality: tinyModel: here(row 0, column 0, group 0)');
  });
});
