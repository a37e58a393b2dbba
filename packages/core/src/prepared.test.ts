import { detachViews } from '@pixelrnn/kernels';
import { describe, expect, it } from 'vitest';
import type { Frame, Stream } from './interfaces.ts';
import { prepared } from './prepared.ts';

const frame: Frame = { batch: 2, height: 2, width: 2 };
const pixel = Float32Array.of(1, 2, 3, 4);
const above = Float32Array.of(1, 2, 3, 4);

/** y = x + number of the call, in one block of the kernels' memory for all calls. */
const counting = () =>
  prepared({ name: 'counting', inputs: { here: 2, above: 1 } }, () => (_, __, memory) => {
    const [rows, output] = [memory.floats(above.length), memory.floats(pixel.length)];
    let calls = 0;
    return {
      beginRow(_, given) {
        rows.set(given!.map((value) => value + calls++));
        return rows.array;
      },
      at(_, here) {
        output.set(here.map((value) => value + calls));
        calls++;
        return output.array;
      },
      advance() {},
    };
  });

const pixelDone = (stream: Stream, column: number) => {
  stream.at(column, pixel);
  stream.advance(column, pixel);
};
const rowDone = (stream: Stream, row: number) => {
  stream.beginRow(row, above);
  for (const column of [0, 1]) pixelDone(stream, column);
};

describe('a stream', () => {
  it.each<[string, (stream: Stream) => void, (stream: Stream) => void, string]>([
    ['a pixel before a row', () => {}, (s) => s.at(0, pixel), 'beginRow(0), got at(0)'],
    ['another row first', () => {}, (s) => s.beginRow(1, above), 'beginRow(0), got beginRow(1)'],
    ['a row that is not over', (s) => s.beginRow(0, above), (s) => s.beginRow(1, above), 'at(0), got beginRow(1)'],
    ['another pixel', (s) => s.beginRow(0, above), (s) => s.at(1, pixel), 'at(0), got at(1)'],
    ['no question', (s) => s.beginRow(0, above), (s) => s.advance(0, pixel), 'at(0), got advance(0)'],
    [
      'a pixel that is not over',
      (s) => {
        s.beginRow(0, above);
        s.at(0, pixel);
      },
      (s) => s.at(1, pixel),
      'at(0) or advance(0), got at(1)',
    ],
    ['a row again', (s) => rowDone(s, 0), (s) => s.beginRow(0, above), 'beginRow(1), got beginRow(0)'],
    ['a pixel after the row', (s) => rowDone(s, 0), (s) => s.at(2, pixel), 'beginRow(1), got at(2)'],
    [
      'a row too many',
      (s) => {
        rowDone(s, 0);
        rowDone(s, 1);
      },
      (s) => s.beginRow(2, above),
      'no more than the last pixel, got beginRow(2)',
    ],
    ['a row after dispose', (s) => s.dispose(), (s) => s.beginRow(0, above), 'nothing after dispose, got beginRow(0)'],
    ['a pixel after dispose', (s) => s.dispose(), (s) => s.at(0, pixel), 'nothing after dispose, got at(0)'],
  ])('holds its callers to raster order: %s', (_, before, wrong, message) => {
    const weights = counting();
    const stream = weights.open(frame);
    before(stream);
    expect(() => wrong(stream)).toThrow(`counting: wanted ${message}`);
    stream.dispose();
    weights.dispose();
  });

  it('takes as many values as its layer has channels', () => {
    const stream = counting().open(frame);
    expect(() => stream.beginRow(0)).toThrow('counting: wanted a row of `above` of 4 values, got none');
    expect(() => stream.beginRow(0, pixel.subarray(1))).toThrow('wanted a row of `above` of 4 values, got 3');
    stream.beginRow(0, above);
    expect(() => stream.at(0, pixel.subarray(1))).toThrow('counting: wanted 2 × 2 values at a pixel, got 3');
    stream.at(0, pixel);
    expect(() => stream.advance(0, pixel.subarray(1))).toThrow('counting: wanted 2 × 2 values at a pixel, got 3');
    stream.dispose();
  });

  it('gives arrays that stay, whatever is called, and when the memory of the kernels grows', () => {
    const stream = counting().open(frame);
    const row = stream.beginRow(0, above)!;
    const first = [...row];
    const answer = stream.at(0, pixel);
    const asked = [...answer];
    stream.advance(0, pixel);
    detachViews();
    expect([...row]).toEqual(first);
    expect([...answer]).toEqual(asked);
    const other = counting().open(frame);
    other.beginRow(0, above);
    expect([...row]).toEqual(first);
    stream.dispose();
    expect([...row]).toEqual(first);
    other.dispose();
  });
});

it('opens no stream once its weights are gone', () => {
  const weights = counting();
  weights.dispose();
  expect(() => weights.open(frame)).toThrow('counting: wanted its weights to open a stream, got a call after dispose');
});
