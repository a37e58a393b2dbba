import type { Layer, Params, Stream } from '@pixelrnn/core';
import { floats } from '@pixelrnn/kernels';
import { expect, it } from 'vitest';
import { tinyLayer } from '../fixtures/tiny-layer.ts';
import { tinyStacks } from '../fixtures/tiny-stacks.ts';
import { checkOrder } from './check-order.ts';

/** A layer that gives streams of its own to check. */
const withStreams = <P extends Params>(layer: Layer<P>, open: (stream: Stream) => Stream): Layer<P> => ({
  ...layer,
  prepare: (weights) => {
    const prepared = layer.prepare(weights);
    return { ...prepared, open: (frame, context) => open(prepared.open(frame, context)) };
  },
});

it('passes streams that hold to raster order', async () => {
  await checkOrder(tinyLayer({ inputs: 2, outputs: 3 }));
  await checkOrder(tinyStacks(2));
});

it('finds a stream that advances over a pixel that nobody asked for', async () => {
  const layer = tinyLayer({ inputs: 1, outputs: 1 });
  const lenient = withStreams(layer, (stream) => ({
    ...stream,
    advance: (column, here) => {
      stream.at(column, here);
      stream.advance(column, here);
    },
  }));
  await expect(checkOrder(lenient)).rejects.toThrow(
    'checkOrder: tinyLayer: wanted an error for beginRow(0), advance(0), got none',
  );
});

it('finds streams and weights that live on after dispose', async () => {
  const layer = tinyLayer({ inputs: 1, outputs: 1 });
  const undead = withStreams(layer, (stream) => ({ ...stream, dispose: () => {} }));
  await expect(checkOrder(undead)).rejects.toThrow('wanted an error for dispose, beginRow(0), got none');
  const lasting: typeof layer = {
    ...layer,
    prepare: (weights) => ({ ...layer.prepare(weights), dispose: () => {} }),
  };
  await expect(checkOrder(lasting)).rejects.toThrow('wanted an error for open after dispose, got none');
});

it('finds arrays that the next allocation detaches', async () => {
  const layer = tinyLayer({ inputs: 1, outputs: 1 });
  const fleeting = withStreams(layer, (stream) => {
    const block = floats(2);
    return {
      ...stream,
      at: (column, here) => {
        block.set(stream.at(column, here));
        return block.array;
      },
    };
  });
  await expect(checkOrder(fleeting)).rejects.toThrow('wanted what at returned to stay, and it changed');
});
