import type { GenerativeModel } from '@pixelrnn/core';
import { contextChoices, natsOf, withParams } from './model-numbers.ts';
import { allImages, MODEL_CHECK_DEFAULTS, type ModelCheckOptions } from './model-setting.ts';

/** Accepted distance of the sum from one: 4096 terms of float32. */
const TOLERANCE = 1e-4;

/**
 * Σ p(x) = 1 over all images of a tiny model (at most 1 where `nats` is an upper bound). No other test finds as many mistakes: a
 * network that sees what it predicts, a likelihood that is no distribution, an image that is scored twice.
 */
export async function checkNormalization(model: GenerativeModel, options: ModelCheckOptions = {}): Promise<void> {
  const { seed } = { ...MODEL_CHECK_DEFAULTS, ...options };
  const { count, images } = allImages(model);
  await withParams(model, seed, async (params) => {
    for (const context of contextChoices(model, count, seed)) {
      const nats = await natsOf(model, params, images, context);
      const total = nats.reduce((sum, value) => sum + Math.exp(-value), 0);
      const wrong = model.bound === 'exact' ? !(Math.abs(total - 1) <= TOLERANCE) : !(total <= 1 + TOLERANCE);
      if (wrong)
        throw new Error(
          `checkNormalization: ${model.name}: wanted probabilities that sum to ${model.bound === 'exact' ? 1 : 'at most 1'} over all ${count} images, got ${total}`,
        );
    }
  });
}
