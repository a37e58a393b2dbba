import { type GenerativeModel, rng } from '@pixelrnn/core';
import { applyToNumbers, conditionsFor, frameOf, randomFeatures, repeatItem } from './features.ts';
import { modelAsLayer, pixelConditions } from './model-as-layer.ts';
import { withParams } from './model-numbers.ts';
import { MODEL_CHECK_DEFAULTS, type ModelCheckOptions } from './model-setting.ts';

/** Every two classes (of what the model draws itself, too) give the same image other likelihood parameters at every pixel. */
export async function checkLabels(model: GenerativeModel, options: ModelCheckOptions = {}): Promise<void> {
  const { seed } = { ...MODEL_CHECK_DEFAULTS, ...options };
  const { image } = model;
  const conditions = pixelConditions(model);
  const { classes } = conditions;
  if (classes === undefined) throw new Error(`checkLabels: wanted a model with classes, got ${model.name}`);
  const one = randomFeatures({ here: image.channels }, frameOf(image, 1), rng(seed).fork('labels'), image.levels);
  const frame = frameOf(image, classes);
  await withParams(model, seed, async (params) => {
    const context = conditionsFor({ conditions, seed }, frame, {});
    const same = conditionsFor({ conditions, seed }, frame, { same: 0 });
    const images = repeatItem(one, 1, classes);
    const { here } = await applyToNumbers(modelAsLayer(model), params, images, frame, {
      ...same,
      labels: context.labels,
    });
    const channels = model.likelihood.outputs;
    const pixels = image.height * image.width;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const of = (label: number) =>
        String(here.slice((label * pixels + pixel) * channels, (label * pixels + pixel + 1) * channels));
      const distinct = new Set(Array.from(context.labels!, of)).size;
      if (distinct !== classes)
        throw new Error(
          `checkLabels: ${model.name}: wanted ${classes} different outputs at pixel ${pixel} for ${classes} classes, got ${distinct}`,
        );
    }
  });
}
