// C1 (gradients respect the order), C3 (future overwritten), C5 and C7 (the blind spot), C16 (Σ p = 1), C18, C19, C22–C25, C28, C30 for every network:
// the contract names them one by one.
import type { ImageSpec, JsonObject } from '@pixelrnn/core';
import { createModel, gatedPixelCnn, pixelCnn, pixelRnn } from '@pixelrnn/models';
import { modelContract, type Site } from '@pixelrnn/testing';
import { describe } from 'vitest';
import { BINARY, GREY, imageName, LOGISTICS, NETWORKS, RGB, TINY, TOLD_NETWORKS } from './models.ts';
import { unhurried, withoutDifferences } from './unhurried.ts';

const [BITS, LEVELS, RGB_BITS, RGB_LEVELS] = TINY;
/** Images that meet every part of the contract, and those that only meet it with other numbers; what conditions add is the same for all. */
const CASES = [
  { networks: NETWORKS, images: [BINARY, BITS, RGB_BITS], tags: [] },
  { networks: NETWORKS, images: [RGB, GREY, LEVELS, RGB_LEVELS], tags: ['slow'] },
  { networks: TOLD_NETWORKS, images: [BITS], tags: [] },
  { networks: TOLD_NETWORKS, images: [RGB_BITS], tags: ['slow'] },
];

/** Whose gradients in general position are asked: the others differ in their numbers alone, and so do not in what is differentiated. */
const DIFFERENTIATED = [BINARY, RGB, BITS, RGB_BITS];

/** The same networks between other ends: levels read as classes, a likelihood of whole levels for bits, one that ties the colours itself. */
const ENDS = [
  { encoding: 'oneHot' },
  { encoding: { name: 'embedded', config: { size: 3 } } },
  { likelihood: 'categorical' },
  { encoding: 'oneHot', likelihood: 'logisticMixture' },
];

/** A map that is read through an encoder, here and in a system around the one that reads it. */
const ENCODED = {
  map: 1,
  mapEncoder: { name: 'convEncoder', config: { layers: [[2, 1]], activation: 'elu' } },
  features: 3,
};
const GATED = { system: 'gatedPixelCnn', layers: 1, channels: 6, head: 6 };
const ENCODED_MAPS: readonly { config: JsonObject; image: ImageSpec; tags?: string[] }[] = [
  { config: { ...GATED, ...ENCODED }, image: BINARY },
  { config: { ...GATED, ...ENCODED }, image: RGB_BITS, tags: ['slow'] },
  {
    config: { system: 'pixelRnn', lstm: 'row', layers: 1, hidden: 4, head: 6, ...ENCODED },
    image: BITS,
    tags: ['slow'],
  },
  {
    config: { system: 'pixelCnnPp', filters: 2, resnets: 1, scales: 1, dropout: 0, ...ENCODED },
    image: LEVELS,
    tags: ['slow'],
  },
  { config: { system: 'orderMixture', of: { ...GATED, ...ENCODED } }, image: BITS, tags: ['slow'] },
];

for (const { config, image, tags } of ENCODED_MAPS)
  describe('the contract, of an encoded map', { tags }, () => {
    const model = createModel({ ...config, image: { ...image } });
    const exhaustive = TINY.includes(image);
    modelContract(`${model.name} ${imageName(image)}`, model, { describe, it: unhurried, createModel, exhaustive });
  });

for (const ends of ENDS)
  for (const image of [BITS, RGB_BITS])
    describe('the contract, between other ends', { tags: image === BITS ? ['slow'] : [] }, () => {
      const title = `${JSON.stringify(ends)} ${imageName(image)}`;
      const sizes = { image, layers: 1, ...ends };
      modelContract(`PixelCNN ${title}`, pixelCnn({ ...sizes, hidden: 4, head: 6 }), {
        describe,
        it: unhurried,
        createModel,
      });
      modelContract(`Gated PixelCNN ${title}`, gatedPixelCnn({ ...sizes, channels: 6, head: 6 }), {
        describe,
        it: unhurried,
        createModel,
      });
    });

/** Layers that scan, before a likelihood that ties the colours itself: the ends of PixelCNN++. */
for (const lstm of ['row', 'diagonal'] as const)
  for (const image of [LEVELS, RGB_BITS])
    describe('the contract, of an LSTM before logistics', { tags: image === LEVELS ? ['slow'] : [] }, () => {
      const model = pixelRnn({ lstm, image, layers: 1, hidden: 4, head: 6, likelihood: LOGISTICS });
      modelContract(`${lstm} ${imageName(image)}`, model, { describe, it: unhurried, createModel });
    });

for (const { networks, images, tags } of CASES)
  describe('the contract', { tags }, () => {
    for (const { name, build, sees } of networks)
      for (const image of images) {
        const exhaustive = TINY.includes(image);
        const seen = sees(image);
        const expectUnseen = (output: Site, input: Site) => !seen(output, input);
        const promise = { createModel, exhaustive, expectUnseen };
        const it = DIFFERENTIATED.includes(image) ? unhurried : withoutDifferences;
        modelContract(`${name} ${imageName(image)}`, build(image), { describe, it, ...promise });
      }
  });
