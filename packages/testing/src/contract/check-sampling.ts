import { dimensions, type GenerativeModel, type Host, type HostContext, type Params } from '@pixelrnn/core';
import { sample } from '@pixelrnn/generate';
import { relativeError } from '../relative-error.ts';
import { chiSquareScore } from './chi-square.ts';
import { conditionsFor, frameOf } from './features.ts';
import { marginal } from './marginal.ts';
import { pixelConditions } from './model-as-layer.ts';
import { contextChoices, natsOf, withParams } from './model-numbers.ts';
import { allImages, imageNumber, MODEL_CHECK_DEFAULTS, type ModelCheckOptions, type Sampler } from './model-setting.ts';

/** Images drawn to be scored. */
const SCORED = 6;
/** Accepted difference of the two scores: float32 on one side. */
const TOLERANCE = 1e-4;
/** Images drawn to be counted. */
const COUNTED = 4000;
/** Largest normal score of the counts. */
const MAX_SCORE = 5;

const resolve = (options: ModelCheckOptions) => ({ ...MODEL_CHECK_DEFAULTS, sampler: sample as Sampler, ...options });

/**
 * Samples hold levels, are the same for the same seed and others for another, and cost, by the sum of what each drawn sub-pixel cost,
 * the nats that the model gives the finished image, where these are exact and of nothing but pixels.
 */
export async function checkSamples(model: GenerativeModel, options: ModelCheckOptions = {}): Promise<void> {
  const { seed, sampler } = resolve(options);
  // A model whose likelihood is given a code draws none.
  const conditions = model.bound === 'given-code' ? pixelConditions(model) : model.conditions;
  const context = conditionsFor({ conditions, seed }, frameOf(model.image, SCORED));
  await withParams(model, seed, async (params, weights) => {
    const { images, nats } = await sampler(model, weights, { count: SCORED, seed, context });
    const wanted = SCORED * dimensions(model.image);
    if (
      images.length !== wanted ||
      !images.every((level) => Number.isInteger(level) && level >= 0 && level < model.image.levels)
    )
      throw new Error(
        `checkSamples: ${model.name}: wanted ${wanted} levels 0 … ${model.image.levels - 1}, got ${images.length}: ${images.slice(0, 8)} …`,
      );
    const scored = conditionsFor({ conditions: model.conditions, seed }, frameOf(model.image, SCORED));
    const scores = await natsOf(model, params, images, scored);
    const isScored = model.bound === 'exact' && (!model.before || model.drawn?.given.length === 0);
    const agree = !isScored || relativeError(nats, scores) <= TOLERANCE;
    if (!agree)
      throw new Error(
        `checkSamples: ${model.name}: wanted ${scores} nats, as the model scores its samples, got ${nats}`,
      );
    await checkSampleSeeds(model, weights, images, sampler, seed, context);
  });
}

async function checkSampleSeeds(
  model: GenerativeModel,
  weights: Host<Params>,
  images: Float32Array,
  sampler: Sampler,
  seed: string | number,
  context: HostContext,
): Promise<void> {
  const draw = async (other: string | number) =>
    String((await sampler(model, weights, { count: SCORED, seed: other, context })).images);
  if ((await draw(seed)) !== String(images))
    throw new Error(`checkSamples: ${model.name}: other samples for the same seed`);
  if ((await draw(`other than ${seed}`)) === String(images))
    throw new Error(`checkSamples: ${model.name}: the same samples for two seeds`);
}

/** Of 4000 samples of a tiny model, each image is drawn as often as its probability says (that given latents, in the mean): χ², for the first and the last class. */
export async function checkFrequencies(model: GenerativeModel, options: ModelCheckOptions = {}): Promise<void> {
  const { seed, sampler } = resolve(options);
  const { count, images } = allImages(model);
  const size = dimensions(model.image);
  await withParams(model, seed, async (params, weights) => {
    for (const choice of contextChoices(model, 1, seed).keys()) {
      const contextFor = (images: number) => contextChoices(model, images, seed)[choice];
      const context = contextFor(count);
      const probabilities = model.logWeights
        ? await marginal({ model, params, weights, images, count, contextFor, seed })
        : Float64Array.from(await natsOf(model, params, images, context), (nats) => Math.exp(-nats));
      const drawn = await sampler(model, weights, { count: COUNTED, seed, context: contextFor(COUNTED) });
      const counts = new Float64Array(count);
      for (let n = 0; n < COUNTED; n++)
        counts[imageNumber(drawn.images.slice(n * size, (n + 1) * size), model.image.levels)]++;
      const score = chiSquareScore(counts, probabilities);
      if (!(score <= MAX_SCORE))
        throw new Error(
          `checkFrequencies: ${model.name}: wanted ${COUNTED} samples as frequent as their probabilities, got a χ² of normal score ${score.toFixed(1)}`,
        );
    }
  });
}
