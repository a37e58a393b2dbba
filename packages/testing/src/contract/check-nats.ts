import { type GenerativeModel, type HostContext, type Params, rng, sliceContext } from '@pixelrnn/core';
import { relativeError } from '../relative-error.ts';
import { applyToNumbers, conditionsFor, frameOf, randomFeatures } from './features.ts';
import { modelAsLayer } from './model-as-layer.ts';
import { natsOf, withParams } from './model-numbers.ts';
import { MODEL_CHECK_DEFAULTS, type ModelCheckOptions } from './model-setting.ts';

const IMAGES = 5;
/** Accepted difference between batches, and between `logProb` and `pmf`: float32 sums in another order. */
const TOLERANCE = 1e-5;

/**
 * `nats` is −log p in nats: finite and ≥ 0; for each image the same alone, in a batch, and in a short last batch, what is drawn for it
 * included; and, where it is exact
 * and nothing is drawn before the first pixel, −Σ ln pmf(level) over all sub-pixels, with every pmf summing to one. The last ties the
 * training loss to what the sampler and the codec use, and fixes the unit.
 */
export async function checkNats(model: GenerativeModel, options: ModelCheckOptions = {}): Promise<void> {
  const { seed } = { ...MODEL_CHECK_DEFAULTS, ...options };
  const { levels } = model.image;
  const frame = frameOf(model.image, IMAGES);
  const images = randomFeatures({ here: model.image.channels }, frame, rng(seed).fork('nats'), levels).here;
  const context = conditionsFor({ conditions: model.conditions, seed }, frame);
  await withParams(model, seed, async (params) => {
    const nats = await natsOf(model, params, images, context);
    if (!nats.every((value) => value >= 0 && Number.isFinite(value)))
      throw new Error(`checkNats: ${model.name}: wanted finite −log p ≥ 0, got ${nats}`);
    await checkBatches(model, params, images, nats, context);
    if (model.bound === 'exact' && !model.before) await checkPmf(model, params, images, nats, context);
  });
}

async function checkBatches(
  model: GenerativeModel,
  params: Params,
  images: Float32Array,
  nats: Float32Array,
  context: HostContext,
) {
  const size = images.length / IMAGES;
  for (const batch of [1, 2]) {
    const parts: number[] = [];
    for (let start = 0; start < IMAGES; start += batch) {
      const end = Math.min(start + batch, IMAGES);
      const own = sliceContext(context, IMAGES, start, end - start);
      const indices = Array.from({ length: end - start }, (_, i) => start + i);
      parts.push(...(await natsOf(model, params, images.slice(start * size, end * size), own, { indices })));
    }
    if (!(relativeError(parts, nats) <= TOLERANCE))
      throw new Error(
        `checkNats: ${model.name}: wanted ${nats} nats in batches of ${batch} as in one of ${IMAGES}, got ${parts}`,
      );
  }
}

async function checkPmf(
  model: GenerativeModel,
  params: Params,
  images: Float32Array,
  nats: Float32Array,
  context: HostContext,
) {
  const { likelihood, image } = model;
  const { here } = await applyToNumbers(modelAsLayer(model), params, { here: images }, frameOf(image, IMAGES), context);
  const sums = new Float64Array(IMAGES);
  const pixels = image.height * image.width;
  for (let n = 0; n < IMAGES * pixels; n++) {
    const outputs = here.slice(n * likelihood.outputs, (n + 1) * likelihood.outputs);
    const pixel = images.slice(n * image.channels, (n + 1) * image.channels);
    for (let channel = 0; channel < image.channels; channel++) {
      const pmf = likelihood.pmf(outputs, channel, pixel);
      const total = pmf.reduce((sum, p) => sum + p, 0);
      if (pmf.length !== image.levels || !(Math.abs(total - 1) <= TOLERANCE))
        throw new Error(
          `checkNats: ${model.name}: wanted a pmf of ${image.levels} levels that sums to 1, got ${pmf.length} and ${total}`,
        );
      sums[Math.floor(n / pixels)] -= Math.log(pmf[pixel[channel]]);
    }
  }
  if (!(relativeError(nats, sums) <= TOLERANCE))
    throw new Error(`checkNats: ${model.name}: wanted ${sums} nats, by the pmf of every sub-pixel, got ${nats}`);
}
