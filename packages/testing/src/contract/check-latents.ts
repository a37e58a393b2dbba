import type { GenerativeModel } from '@pixelrnn/core';
import { type MarginalSetting, marginal } from './marginal.ts';
import { contextChoices, natsOf, withParams } from './model-numbers.ts';
import { allImages, MODEL_CHECK_DEFAULTS, type ModelCheckOptions } from './model-setting.ts';

/** Draws from the posterior that a bound is the mean of. */
const DRAWS = 30;
/** Accepted distance below the bound, in nats: both sides are means of draws. */
const TOLERANCE = 0.2;

/**
 * A model with latents, of whose images all are gone through: `nats` are, in the mean over draws of the posterior, not below −log p(x), the mean of
 * p(x | z) over the z that are drawn for sampling (`before`); and these probabilities sum to one.
 */
export async function checkLatents(model: GenerativeModel, options: ModelCheckOptions = {}): Promise<void> {
  const { seed } = { ...MODEL_CHECK_DEFAULTS, ...options };
  const all = allImages(model);
  await withParams(model, seed, async (params, weights) => {
    for (const choice of contextChoices(model, 1, seed).keys()) {
      const contextFor = (count: number) => contextChoices(model, count, seed)[choice];
      const setting = { model, params, weights, ...all, contextFor, seed };
      const probabilities = await marginal(setting);
      const total = probabilities.reduce((sum, p) => sum + p, 0);
      if (!(Math.abs(total - 1) <= 1e-4))
        throw new Error(
          `checkLatents: ${model.name}: wanted Σ p(x | z) = 1 over all ${all.count} images, got ${total}`,
        );
      const bounds = await meanNats(setting);
      for (const [image, p] of probabilities.entries())
        if (!(bounds[image] >= -Math.log(p) - TOLERANCE))
          throw new Error(
            `checkLatents: ${model.name}: wanted nats of at least ${-Math.log(p)}, the −log p of image ${image}, got ${bounds[image]}`,
          );
    }
  });
}

async function meanNats({ model, params, images, count, contextFor }: MarginalSetting): Promise<Float64Array> {
  const sums = new Float64Array(count);
  for (let draw = 0; draw < DRAWS; draw++) {
    const nats = await natsOf(model, params, images, contextFor(count), { draw });
    for (const [image, value] of nats.entries()) sums[image] += value / DRAWS;
  }
  return sums;
}
