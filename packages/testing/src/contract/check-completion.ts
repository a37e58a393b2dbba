import { dimensions, type GenerativeModel, rng } from '@pixelrnn/core';
import { sample } from '@pixelrnn/generate';
import { conditionsFor, frameOf } from './features.ts';
import { pixelConditions } from './model-as-layer.ts';
import { withParams } from './model-numbers.ts';
import { MODEL_CHECK_DEFAULTS, type ModelCheckOptions, type Sampler } from './model-setting.ts';

const COUNT = 3;

/**
 * A completion keeps the pixels that are known, wherever they lie and whatever their levels (the lowest is no mark of the unknown); the others
 * get levels, and where all are known nothing is left to draw.
 */
export async function checkCompletion(model: GenerativeModel, options: ModelCheckOptions = {}): Promise<void> {
  const { seed, sampler } = { ...MODEL_CHECK_DEFAULTS, sampler: sample as Sampler, ...options };
  const { channels, levels } = model.image;
  const size = dimensions(model.image);
  const random = rng(seed).fork('completion');
  const images = Float32Array.from({ length: COUNT * size }, () => Math.floor(random.uniform() * levels));
  const some = Uint8Array.from({ length: (COUNT * size) / channels }, () => Number(random.uniform() < 0.5));
  const conditions = model.bound === 'given-code' ? pixelConditions(model) : model.conditions;
  const context = conditionsFor({ conditions, seed }, frameOf(model.image, COUNT));
  const cases = [
    { title: 'some pixels', known: { images, mask: some } },
    { title: 'some pixels of the lowest level', known: { images: new Float32Array(size), mask: some } },
    { title: 'all pixels', known: { images, pixels: size / channels } },
  ];
  await withParams(model, seed, async (_, weights) => {
    for (const { title, known } of cases) {
      const { images: drawn, nats } = await sampler(model, weights, { count: COUNT, seed, context, known });
      drawn.forEach((level, i) => {
        const wanted = known.images[i % known.images.length];
        const isKnown = known.mask === undefined || known.mask[Math.floor(i / channels)] === 1;
        const isRight = isKnown ? level === wanted : Number.isInteger(level) && level >= 0 && level < levels;
        if (!isRight)
          throw new Error(
            `checkCompletion: ${model.name}: ${title} known: wanted ${isKnown ? `level ${wanted}, which is known,` : `a level 0 … ${levels - 1}`} at sub-pixel ${i % size} of image ${Math.floor(i / size)}, got ${level}`,
          );
      });
      const cost = nats.find((value) => value !== 0);
      if (known.mask === undefined && cost !== undefined)
        throw new Error(`checkCompletion: ${model.name}: wanted all known pixels to cost 0 nats, got ${cost}`);
    }
  });
}
