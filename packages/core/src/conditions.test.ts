import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  childContext,
  mergeConditions,
  refuseOtherConditions,
  sliceContext,
  toContext,
  wantConditions,
  wantHostConditions,
} from './conditions.ts';
import { rng } from './rng.ts';

const size = { batch: 2, height: 3, width: 4 };
const all = { classes: 5, vector: 3, map: 2 };
const host = { labels: Int32Array.of(0, 4), vector: new Float32Array(6), map: new Float32Array(48) };

describe('conditions', () => {
  it('of several layers are all that any of them reads', () => {
    expect(mergeConditions('net', [{ classes: 3 }, undefined, { map: 2 }, { classes: 3 }])).toEqual({
      classes: 3,
      map: 2,
    });
    expect(() => mergeConditions('net', [{ vector: 3 }, { vector: 4 }])).toThrow(
      'net: wanted layers that agree on vector, got 3 and 4',
    );
  });

  it('are wanted in their shapes, on tensors', () => {
    const context = toContext(host, size);
    expect([context.labels!.shape, context.vector!.shape, context.map!.shape]).toEqual([[2], [2, 3], [2, 3, 4, 2]]);
    expect(() => wantConditions('net', all, size, context)).not.toThrow();
    expect(() => wantConditions('net', all, { ...size, batch: 3 }, context)).toThrow(
      'net: wanted 3 labels for 5 classes, got 2',
    );
    expect(() => wantConditions('net', { vector: 4 }, size, context)).toThrow('net: wanted a vector [2,4], got [2,3]');
    expect(() => wantConditions('net', { map: 2 }, size, {})).toThrow('net: wanted a map [2,3,4,2], got none');
    expect(() => wantConditions('net', {}, size, context)).not.toThrow();
  });

  it('are wanted in their sizes, on typed arrays, with labels in range', () => {
    expect(() => wantHostConditions('net', all, size, host)).not.toThrow();
    expect(() => wantHostConditions('net', all, size)).toThrow('net: wanted 2 labels for 5 classes, got none');
    expect(() => wantHostConditions('net', all, size, { ...host, map: new Float32Array(47) })).toThrow(
      'net: wanted a map [2,3,4,2], got [47]',
    );
    for (const wrong of [5, -1])
      expect(() => wantHostConditions('net', all, size, { ...host, labels: Int32Array.of(0, wrong) })).toThrow(
        `net: wanted labels of 0 … 4, got ${wrong}`,
      );
  });

  it('are refused where nobody reads them', () => {
    expect(() => refuseOtherConditions('net', { classes: 5 }, { labels: host.labels })).not.toThrow();
    expect(() => refuseOtherConditions('net', { classes: 5 }, host)).toThrow(
      'net: wanted no vector, which no layer reads',
    );
    expect(() => refuseOtherConditions('net', {}, { labels: tf.tensor1d([1], 'int32') })).toThrow('wanted no labels');
  });

  it('of some images are cut out of those of all', () => {
    const numbers = { labels: Int32Array.of(1, 2, 3), vector: Float32Array.of(1, 2, 3, 4, 5, 6) };
    expect(sliceContext(numbers, 3, 1, 2)).toEqual({
      labels: Int32Array.of(2, 3),
      vector: Float32Array.of(3, 4, 5, 6),
      map: undefined,
    });
  });
});

it('a layer inside another has random numbers of its own, and the same conditions', () => {
  const context = { training: true, rng: rng(1), first: 7 };
  const [a, b] = [0, 1].map((key) => childContext(context, key)!);
  expect(a).toMatchObject({ training: true, first: 7 });
  expect(a.rng!.uint32()).not.toBe(b.rng!.uint32());
  expect(childContext(context, 0)!.rng!.uint32()).toBe(rng(1).fork(0).uint32());
  expect(childContext({ first: 7 }, 0)).toEqual({ first: 7 });
  expect(childContext(undefined, 0)).toBeUndefined();
});
