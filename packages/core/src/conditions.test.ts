import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  type Conditions,
  type Context,
  childContext,
  contextFor,
  type HostContext,
  mergeConditions,
  refuseOtherConditions,
  sliceContext,
  toContext,
  wantConditions,
  wantHostConditions,
} from './conditions.ts';
import { rng } from './rng.ts';

const size = { batch: 2, height: 3, width: 4 };
const all: Conditions = { classes: 5, vector: 2, map: 1 };
const host: HostContext = { labels: Int32Array.of(0, 4), vector: new Float32Array(4), map: new Float32Array(24) };

/** What is missing or of another size, in both forms, and what is said of it. */
const wrong: [string, HostContext, string, string][] = [
  ['no labels', { labels: undefined }, '2 labels for 5 classes, got none', '2 labels for 5 classes, got none'],
  ['a label', { labels: Int32Array.of(1) }, '2 labels for 5 classes, got 1', '2 labels for 5 classes, got 1'],
  ['no vector', { vector: undefined }, 'a vector [2,2], got none', 'a vector [2,2], got none'],
  ['a long vector', { vector: new Float32Array(6) }, 'a vector [2,2], got [2,3]', 'a vector [2,2], got [6]'],
  ['no map', { map: undefined }, 'a map [2,3,4,1], got none', 'a map [2,3,4,1], got none'],
  ['a deep map', { map: new Float32Array(48) }, 'a map [2,3,4,1], got [2,3,4,2]', 'a map [2,3,4,1], got [48]'],
];

describe('conditions', () => {
  it('are taken as they are wanted, and more than that', () => {
    expect(() => wantHostConditions('me', all, size, host)).not.toThrow();
    expect(() => wantConditions('me', all, size, toContext(host, size))).not.toThrow();
    expect(() => wantHostConditions('me', {}, size, host)).not.toThrow();
  });

  it.each(wrong)('are refused: %s', (_, change, ofTensors, ofArrays) => {
    const given = { ...host, ...change };
    const tensors: Context = {
      labels: given.labels && tf.tensor1d(given.labels, 'int32'),
      vector: given.vector && tf.tensor2d(given.vector, [2, given.vector.length / 2]),
      map: given.map && tf.tensor4d(given.map, [2, 3, 4, given.map.length / 24]),
    };
    expect(() => wantConditions('me', all, size, tensors)).toThrow(`me: wanted ${ofTensors}`);
    expect(() => wantHostConditions('me', all, size, given)).toThrow(`me: wanted ${ofArrays}`);
  });

  it.each([-1, 5, 0.5])('are refused: the label %d', (label) => {
    // Typed arrays would round what is no integer.
    const labels = [0, label] as unknown as Int32Array;
    expect(() => wantHostConditions('me', { classes: 5 }, size, { labels })).toThrow(
      `me: wanted labels of 0 … 4, got ${label}`,
    );
  });

  it('are refused where nobody reads them', () => {
    expect(() => refuseOtherConditions('me', all, host)).not.toThrow();
    expect(() => refuseOtherConditions('me', { vector: 2, map: 1 }, host)).toThrow(
      'me: wanted no labels, which no layer reads',
    );
  });

  it('of several layers are put together, and must agree', () => {
    expect(mergeConditions('me', [{ classes: 5 }, undefined, { vector: 2, classes: 5 }])).toEqual({
      classes: 5,
      vector: 2,
    });
    expect(() => mergeConditions('me', [{ map: 1 }, { map: 3 }])).toThrow(
      'me: wanted layers that agree on map, got 1 and 3',
    );
  });

  it('of some images are those of these images', () => {
    const context = { labels: Int32Array.of(1, 2, 3), vector: Float32Array.of(1, 1, 2, 2, 3, 3) };
    expect(sliceContext(context, 3, 1, 2)).toEqual({
      labels: Int32Array.of(2, 3),
      vector: Float32Array.of(2, 2, 3, 3),
      map: undefined,
    });
  });
});

it('a child has the same context with random numbers of its own', () => {
  const context: Context = { training: true, indices: [7], rng: rng(1) };
  const child = childContext(context, 0)!;
  expect(child).toMatchObject({ training: true, indices: [7] });
  expect(child.rng!.uniform()).toBe(rng(1).fork(0).uniform());
  expect(childContext({ training: true }, 0)).toEqual({ training: true });
});

it('contextFor leaves out what is not read, and no more', () => {
  const context: Context = { ...toContext(host, size), training: true, indices: [3, 4] };
  expect(Object.keys(contextFor({ vector: 2 }, context)).sort()).toEqual(['indices', 'training', 'vector']);
  expect(contextFor(all, host)).toEqual(host);
  expect(Object.keys(context)).toContain('map');
});
