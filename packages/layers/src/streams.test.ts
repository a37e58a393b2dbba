import { type Layer, rng, toHost } from '@pixelrnn/core';
import { expect, it } from 'vitest';
import { maskedConv2d } from './convolution/masked-conv2d.ts';
import { pixelCnnBlock } from './convolution/pixel-cnn-block.ts';
import { gatedConv2d } from './gated/gated-conv2d.ts';
import { diagonalBiLstm } from './lstm/diagonal-bilstm.ts';
import { rowLstm } from './lstm/row-lstm.ts';
import { residual } from './network/residual.ts';
import { sequential } from './network/sequential.ts';
import { plainLayer } from './plain-layer.ts';

const frame = { batch: 2, height: 3, width: 4 };
const channels = 4;
const pixel = (r: number, c: number) =>
  Float32Array.from({ length: frame.batch * channels }, (_, i) => Math.sin(1 + i + 8 * c + 32 * r));
const above = new Float32Array(frame.batch * frame.width * channels).fill(0.5);

/** What a layer answers at every pixel; it may be asked of another pixel before it is told that one is final. */
async function answers(layer: Layer, isMisled = false): Promise<number[]> {
  const prepared = layer.prepare(await toHost(layer.init(rng(1))));
  const stream = prepared.open(frame);
  const all: number[] = [];
  for (let r = 0; r < frame.height; r++) {
    stream.beginRow(r, layer.inputs.above === undefined ? undefined : above);
    for (let c = 0; c < frame.width; c++) {
      all.push(...stream.at(c, pixel(r, c)));
      if (isMisled) stream.at(c, pixel(7, 7));
      stream.advance(c, pixel(r, c));
    }
  }
  stream.dispose();
  prepared.dispose();
  return all;
}

it.each<[string, Layer]>([
  ['maskedConv2d', maskedConv2d({ kernel: [3, 3], inputs: channels, outputs: 3, mask: 'B' }) as Layer],
  ['pixelCnnBlock', pixelCnnBlock({ channels, hidden: 2 }) as Layer],
  ['rowLstm', rowLstm({ channels, hidden: 2 }) as Layer],
  ['diagonalBiLstm', diagonalBiLstm({ channels, hidden: 2 }) as Layer],
  ['gatedConv2d', gatedConv2d({ channels, size: 3 }) as Layer],
])('%s remembers a pixel as it is final, whatever it was asked of last', async (_, layer) => {
  expect(await answers(layer, true)).toEqual(await answers(layer));
});

/** y = x + its left neighbour, on arrays, as a contributor may write it. */
const onArrays = plainLayer({
  name: 'onArrays',
  config: {},
  inputs: channels,
  outputs: channels,
  init: () => ({}),
  apply: (_, x) => x,
  prepare:
    () =>
    ({ batch }) => {
      const left = new Float32Array(batch * channels);
      return {
        beginRow: () => void left.fill(0),
        at: (_column, x) => x.map((value, i) => value + left[i]),
        advance: (_column, x) => left.set(x),
      };
    },
}) as Layer;

it('a layer on arrays goes into a network of layers in the kernels’ memory', async () => {
  const [own, twice] = [await answers(onArrays), await answers(residual(onArrays))];
  const x = Array.from({ length: 12 }, (_, i) => [...pixel(Math.floor(i / 4), i % 4)]).flat();
  expect(twice).toEqual(own.map((value, i) => Math.fround(value + x[i])));

  const block = pixelCnnBlock({ channels, hidden: 2 }) as Layer;
  const mixed = sequential([onArrays, block, onArrays]);
  const params = await toHost(mixed.init(rng(2)));
  const [inner, all] = [block.prepare(params['1-pixelCnnBlock'] as never), mixed.prepare(params)];
  const [one, chained] = [inner.open(frame), all.open(frame)];
  let left = new Float32Array(frame.batch * channels);
  for (const c of [0, 1, 2, 3]) {
    if (c === 0) for (const stream of [one, chained]) stream.beginRow(0);
    const before = c === 0 ? left : pixel(0, c - 1);
    const y = one.at(c, pixel(0, c).map((value, i) => value + before[i])).slice(); // biome-ignore format: one row
    expect([...chained.at(c, pixel(0, c))]).toEqual([...y].map((value, i) => Math.fround(value + left[i])));
    one.advance(c, pixel(0, c).map((value, i) => value + before[i])); // biome-ignore format: one row
    chained.advance(c, pixel(0, c));
    left = y;
  }
  for (const thing of [one, chained, inner, all]) thing.dispose();
});
