import type { Host } from '@pixelrnn/core';
import { type Arena, kernels } from '@pixelrnn/kernels';
import { biasRows } from '../condition/bias-rows.ts';
import { convStream } from '../convolution/conv-stream.ts';
import type { ConvParams } from '../convolution/linear-map.ts';
import { verticalStack } from '../gated/vertical-stack.ts';
import type { OpenPart } from './part-stream.ts';
import type { StreamMaps } from './parts.ts';
import type { StreamName } from './shifted-map.ts';
import { activate, signal } from './signal.ts';

type StreamWeights = Host<Record<StreamName, ConvParams>>;

/** The first layer: `above` from the rows before, `here` from what is remembered of the image, each pixel with a constant one. */
export function stemStream(maps: StreamMaps, weights: StreamWeights, packed: Arena): OpenPart {
  const { above: mapAbove, here: mapHere } = maps;
  const [inputs, filters] = [mapAbove.map.inputs.length, mapAbove.map.outputs.length];
  const sizes = { inputs, outputs: filters };
  const own = mapAbove.map.resolveHost(weights.above);
  const openAbove = verticalStack({ taps: mapAbove.map.taps, ...sizes, weights: own.weights }, packed);
  const openBias = biasRows({}, own.bias, packed);
  const openHere = convStream({ taps: mapHere.map.taps, ...sizes, ...mapHere.map.resolveHost(weights.here) }, packed);

  return ({ frame, context, memory }) => {
    const { batch, width } = frame;
    const vertical = openAbove(frame, openBias(frame, context, memory), memory);
    const horizontal = openHere(frame, memory);
    const [above, here] = [signal(batch * width, filters, memory), signal(batch, filters, memory)];
    const input = memory.floatsOf(new Float32Array(batch * inputs).fill(1));
    return {
      above,
      here,
      row(row) {
        horizontal.beginRow(row);
        above.value.set(vertical.fromRowsBefore(row).array);
        activate(above);
      },
      pixel(_, column) {
        here.value.set(horizontal.at(column, input).array);
        activate(here);
      },
      remember(column, pixel) {
        const channels = inputs - 1;
        for (let b = 0; b < batch; b++) input.set(pixel.subarray(b * channels, (b + 1) * channels), b * inputs);
        vertical.remember(input.array, column);
        horizontal.advance(column, input);
      },
    };
  };
}

/** At stride 2: hears every row and column of the finer resolution, and answers at every second of them. */
export function halveStream(maps: StreamMaps, weights: StreamWeights, packed: Arena): OpenPart {
  const { above: mapAbove, here: mapHere } = maps;
  const filters = mapAbove.map.outputs.length;
  const sizes = { inputs: filters, outputs: filters };
  const own = mapAbove.map.resolveHost(weights.above);
  const openAbove = verticalStack({ taps: mapAbove.map.taps, ...sizes, weights: own.weights, stride: 2 }, packed);
  const openBias = biasRows({}, own.bias, packed);
  const openHere = convStream({ taps: mapHere.map.taps, ...sizes, ...mapHere.map.resolveHost(weights.here) }, packed);

  return ({ frame, context, from, memory }) => {
    const { batch, width } = frame;
    const fine = { batch, width: 2 * width };
    const vertical = openAbove(fine, openBias(frame, context, memory), memory);
    const horizontal = openHere(fine, memory);
    const [above, here] = [signal(batch * width, filters, memory), signal(batch, filters, memory)];
    return {
      above,
      here,
      row(row) {
        horizontal.beginRow(row);
        const input = from!.above.value.array;
        if (row % 2 === 1) return vertical.passRow(input);
        above.value.set(vertical.fromRow(row, input).array);
        activate(above);
      },
      pixel(row, column) {
        const input = from!.here.value;
        if (row % 2 === 1 || column % 2 === 1) return horizontal.advance(column, input);
        here.value.set(horizontal.at(column, input).array);
        activate(here);
      },
    };
  };
}

/** The transpose: every pixel of the coarser resolution is remembered for the four that are made of it. */
export function doubleStream(maps: StreamMaps, weights: StreamWeights, packed: Arena): OpenPart {
  const filters = maps.above.map.outputs.length;
  const [forAbove, forHere] = (['above', 'here'] as const).map((stream) => {
    const { weights: values, bias } = maps[stream].map.resolveHost(weights[stream]);
    return { weights: packed.floatsOf(values), bias: packed.floatsOf(bias) };
  });
  const block = filters * filters;

  return ({ frame: { batch, width }, from, memory }) => {
    const coarse = width / 2;
    const [above, here] = [signal(batch * width, filters, memory), signal(batch, filters, memory)];
    const coarseRow = memory.floats(batch * coarse * filters); // `here` of the coarser row, [B, W / 2, F]

    /** y ← init + x·W_tap at `count` pixels; those of y lie two apart. */
    function add(x: number, tap: number, y: number, count: number, isFirst: boolean): void {
      const [w, bias] = [forAbove.weights.at(tap * block), isFirst ? forAbove.bias.pointer : 0];
      kernels().linear(x, filters, w, bias, y, 2 * filters, count, filters, filters, isFirst ? 0 : 1);
    }

    return {
      above,
      here,
      row(row) {
        const taps = 3 * (row % 2); // the first of the kernel's row that this row is made with
        for (let b = 0; b < batch; b++) {
          const x = from!.above.value.at(b * coarse * filters);
          const [even, odd] = [0, 1].map((column) => above.value.at((b * width + column) * filters));
          add(x, taps + 1, even, coarse, true);
          add(x, taps + 2, odd, coarse, true);
          add(from!.above.value.at((b * coarse + 1) * filters), taps, odd, coarse - 1, false);
        }
        activate(above);
      },
      pixel(row, column) {
        const at = Math.floor(column / 2);
        if (row % 2 === 0 && column % 2 === 0) {
          const input = from!.here.value.array;
          for (let b = 0; b < batch; b++)
            coarseRow.set(input.subarray(b * filters, (b + 1) * filters), (b * coarse + at) * filters);
        }
        const w = forHere.weights.at((2 * (row % 2) + (column % 2)) * block);
        const [x, y] = [coarseRow.at(at * filters), here.value.pointer];
        kernels().linear(x, coarse * filters, w, forHere.bias.pointer, y, filters, batch, filters, filters, 0);
        activate(here);
      },
    };
  };
}
