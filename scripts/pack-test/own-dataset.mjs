// A data set of your own, here one that is made, not read. Its factory is also given `{ folder }`, where its files would lie.
import { rng } from '@pixelrnn/core';
import { pixelDataset, resolveOptions } from '@pixelrnn/data';
import { registerDataset } from '@pixelrnn/data/node';

/** `noise`: the probability that a pixel is of any level instead. */
export const STRIPES_DEFAULTS = { size: 8, levels: 5, noise: 0.05, seed: 0 };

const IMAGES = { train: 400, valid: 100, test: 100 };

/** Rows and columns by which the level rises. */
const DIRECTIONS = { across: [1, 0], down: [0, 1], diagonal: [1, 1] };

/** Grey images of stripes that go through all levels: level (a·row + b·column + phase) mod L, in one of three directions. */
export function stripes(options) {
  const { size, levels, noise, seed } = resolveOptions('stripes', STRIPES_DEFAULTS, options);
  return pixelDataset({
    name: 'stripes',
    height: size,
    width: size,
    channels: 1,
    sourceLevels: levels,
    splits: Object.fromEntries(
      Object.entries(IMAGES).map(([split, count]) => [split, draw(count, rng(seed).fork(split))]),
    ),
    classes: Object.keys(DIRECTIONS),
    conditions: { noise, seed }, // what the images depend on, beside their size and levels
  });

  /** Each image has random numbers of its own: it stays as it is when others are added. */
  function draw(count, random) {
    const pixels = new Uint8Array(count * size * size);
    const labels = new Uint8Array(count);
    const vectors = Object.values(DIRECTIONS);
    for (let image = 0; image < count; image++) {
      const { uniform } = random.fork(image);
      const below = (n) => Math.floor(n * uniform());
      labels[image] = below(vectors.length);
      const [a, b] = vectors[labels[image]];
      const phase = below(levels);
      for (let row = 0; row < size; row++)
        for (let column = 0; column < size; column++)
          pixels[(image * size + row) * size + column] =
            uniform() < noise ? below(levels) : (a * row + b * column + phase) % levels;
    }
    return { pixels, labels };
  }
}

registerDataset('stripes', stripes);
