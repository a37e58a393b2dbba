import { sample } from '@pixelrnn/generate';
import { expect, it } from 'vitest';
import { tinyModel } from '../fixtures/tiny-model.ts';
import { checkCompletion } from './check-completion.ts';
import type { Sampler } from './model-setting.ts';

const model = tinyModel({ height: 2, width: 3, channels: 1, levels: 3 });
const cost: Sampler = async (...args) => ({ ...(await sample(...args)), nats: new Float64Array(3).fill(1) });
const forgetful: Sampler = (a, b, options) => sample(a, b, { ...options, known: undefined });
const marking: Sampler = async (a, b, options) => {
  const { known } = options;
  if (known?.mask === undefined) return sample(a, b, options);
  const mask = Uint8Array.from(known.mask, (is, i) => Number(is === 1 && known.images[i % known.images.length] !== 0));
  return sample(a, b, { ...options, known: { images: known.images, mask } });
};
const fraction: Sampler = async (...args) => {
  const { images, nats } = await sample(...args);
  return { images: images.map((level) => level + 0.5), nats };
};

it('passes what keeps known pixels, and finds what does not', async () => {
  await checkCompletion(model);
  await expect(checkCompletion(model, { sampler: forgetful })).rejects.toThrow('some pixels known: wanted level');
  await expect(checkCompletion(model, { sampler: marking })).rejects.toThrow('wanted level 0, which is known,');
  await expect(checkCompletion(model, { sampler: fraction })).rejects.toThrow(/wanted (level|a level 0 … 2)/);
  await expect(checkCompletion(model, { sampler: cost })).rejects.toThrow(
    'wanted all known pixels to cost 0 nats, got 1',
  );
});
