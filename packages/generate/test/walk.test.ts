import { categorical, type Likelihood } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { naive, walk } from '../src/index.ts';
import { prefixSumModel } from './prefix-sum-model.ts';

const image = { height: 2, width: 3, channels: 3, levels: 4 };
const model = prefixSumModel(image);
const size = 18;
const levels = Float32Array.from({ length: 2 * size }, (_, i) => (i * 7) % 4);
const given = (b: number, position: number, channel: number) => levels[b * size + position * 3 + channel];

describe('walk', () => {
  it('scores images: the choice is what they hold', async () => {
    const nats = [0, 0];
    const images = await walk(model, model.prepare({}), { count: 2 }, (b, position, channel, pmf) => {
      const level = given(b, position, channel);
      nats[b] -= Math.log(pmf()[level]);
      return level;
    });
    expect(images).toEqual(levels);
    const expected = model.nats({}, tf.tensor4d(levels, [2, 2, 3, 3])).dataSync();
    nats.forEach((value, b) => {
      expect(value).toBeCloseTo(expected[b], 3);
    });
  });

  it('asks for the same probabilities from caches and from full passes', async () => {
    const conditionals = async (images: Float32Array, count: number) =>
      new Float32Array(model.conditionals({}, tf.tensor4d(images, [count, 2, 3, 3])).dataSync());
    const seen = async (source: Parameters<typeof walk>[1]) => {
      const all: number[] = [];
      await walk(model, source, { count: 2 }, (b, position, channel, pmf) => {
        all.push(...pmf(), ...pmf(0.5));
        return given(b, position, channel);
      });
      return all;
    };
    const [cached, full] = [await seen(model.prepare({})), await seen(naive(model, conditionals))];
    expect(cached).toHaveLength(2 * 2 * size * 4);
    cached.forEach((p, i) => {
      expect(p).toBeCloseTo(full[i], 6);
    });
  });

  it('does not ask for known pixels, which may be others in each image, and advances over them with all their channels', async () => {
    const asked = [new Set<number>(), new Set<number>()];
    const mask = Uint8Array.of(1, 1, 1, 1, 0, 0, /* and */ 0, 1, 0, 1, 1, 0);
    const images = await walk(
      model,
      model.prepare({}),
      { count: 2, known: { images: levels, mask } },
      (b, position, channel, pmf) => {
        asked[b].add(position);
        expect(pmf()).toHaveLength(4);
        return given(b, position, channel);
      },
    );
    expect(asked.map((positions) => [...positions])).toEqual([
      [4, 5],
      [0, 2, 5],
    ]);
    expect(images).toEqual(levels);
  });

  it('goes over the images in orders of their own, and speaks of their pixels where they are', async () => {
    const order = Uint32Array.of(0, 1, 2, 3, 4, 5, /* and */ 4, 2, 0, 5, 1, 3);
    const seen: number[][] = [[], []];
    const read: Float32Array[] = [];
    const source = {
      open: () => ({
        beginRow: () => {},
        at: () => new Float32Array(2 * 12),
        advance: (_: number, pixel: Float32Array) => read.push(pixel.slice()),
        dispose: () => {},
      }),
    };
    const mask = new Uint8Array(12).fill(1, 6, 8); // pixels 0 and 1 of the second
    const images = await walk(
      model,
      source,
      { count: 2, order, known: { images: levels, mask } },
      (b, position, channel) => {
        if (channel === 0) seen[b].push(position);
        return given(b, position, channel);
      },
    );
    expect(seen).toEqual([
      [0, 1, 2, 3, 4, 5],
      [4, 2, 5, 3],
    ]);
    expect(images).toEqual(levels);
    for (const [place, pixels] of read.entries())
      for (const b of [0, 1])
        expect([...pixels.subarray(3 * b, 3 * b + 3)]).toEqual([0, 1, 2].map((c) => given(b, order[6 * b + place], c)));
  });

  it('asks the network once for each group of outputs, not once for each channel', async () => {
    const count = async (likelihood: Likelihood) => {
      let calls = 0;
      const source = {
        open: () => ({
          beginRow: () => {},
          at: () => {
            calls++;
            return new Float32Array(likelihood.outputs);
          },
          advance: () => {},
          dispose: () => {},
        }),
      };
      await walk({ image, likelihood }, source, { count: 1 }, () => 0);
      return calls;
    };
    const softmax = categorical({ channels: 3, levels: 4 });
    expect(await count(softmax)).toBe(3 * 6);
    expect(await count({ ...softmax, outputGroups: new Array(softmax.outputs).fill(0) })).toBe(6);
  });

  it('disposes of the stream when a choice fails', async () => {
    let isDisposed = false;
    const source = {
      open: () => ({
        beginRow: () => {},
        at: () => new Float32Array(12),
        advance: () => {},
        dispose: () => {
          isDisposed = true;
        },
      }),
    };
    const failing = walk(model, source, { count: 1 }, () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(isDisposed).toBe(true);
  });
});
