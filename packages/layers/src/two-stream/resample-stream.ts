import type { Frame, Host } from '@pixelrnn/core';
import { type Arena, kernels } from '@pixelrnn/kernels';
import { convStream } from '../convolution/conv-stream.ts';
import type { ConvParams } from '../convolution/linear-map.ts';
import { type VerticalStackOptions, verticalStack } from '../gated/vertical-stack.ts';
import {
  biasOf,
  copyPixel,
  copyTo,
  every,
  from as fromColumn,
  matrixOf,
  newRow,
  pixelProduct,
  rowProduct,
  type StartRow,
} from '../rows/row.ts';
import type { OpenPart } from './part-stream.ts';
import type { ShiftedMap, StreamMaps, StreamName } from './shifted-map.ts';
import { activate, pixelSignal, rowSignal } from './signal.ts';

type StreamWeights = Host<Record<StreamName, ConvParams>>;
type Width = Pick<Frame, 'batch' | 'width'>;

/** Packs a map for what streams it, `verticalStack` or `convStream`, and gives what opens that with the map's bias. */
function biased<S>(
  make: (options: VerticalStackOptions, packed: Arena) => (frame: Width, start: StartRow, memory: Arena) => S,
  { map: { taps, inputs, outputs, resolveHost } }: ShiftedMap,
  params: Host<ConvParams>,
  packed: Arena,
  stride = 1,
): (frame: Width, memory: Arena) => S {
  const { weights, bias } = resolveHost(params);
  const open = make({ taps, inputs: inputs.length, outputs: outputs.length, weights, stride }, packed);
  const start = biasOf(packed.floatsOf(bias));
  return (frame, memory) => open(frame, () => start, memory);
}

/** The first layer: `above` from the rows before, `here` from what is remembered of the image, each pixel with a constant one. */
export function stemStream(maps: StreamMaps, weights: StreamWeights, packed: Arena): OpenPart {
  const [inputs, filters] = [maps.above.map.inputs.length, maps.above.map.outputs.length];
  const openAbove = biased(verticalStack, maps.above, weights.above, packed);
  const openHere = biased(convStream, maps.here, weights.here, packed);

  return ({ frame, memory }) => {
    const { batch } = frame;
    const [vertical, horizontal] = [openAbove(frame, memory), openHere(frame, memory)];
    const [above, here] = [rowSignal(frame, filters, memory), pixelSignal(batch, filters, memory)];
    const input = memory.floatsOf(new Float32Array(batch * inputs).fill(1));
    return {
      above,
      here,
      row(row) {
        horizontal.beginRow(row);
        copyTo(above.value, vertical.fromRowsBefore(row));
        activate(above);
      },
      pixel(_, column) {
        copyTo(here.value, horizontal.at(column, input));
        activate(here);
      },
      remember(column, pixel) {
        const channels = inputs - 1;
        kernels().copy(pixel.pointer, channels, input.pointer, inputs, batch, channels);
        vertical.remember(input, column);
        horizontal.advance(column, input, false);
      },
    };
  };
}

/** At stride 2: hears every row and column of the finer resolution, and answers at every second of them. */
export function halveStream(maps: StreamMaps, weights: StreamWeights, packed: Arena): OpenPart {
  const filters = maps.above.map.outputs.length;
  const openAbove = biased(verticalStack, maps.above, weights.above, packed, 2);
  const openHere = biased(convStream, maps.here, weights.here, packed, 2);

  return ({ frame, from, memory }) => {
    const { batch, width } = frame;
    const fine = { batch, width: 2 * width };
    const [vertical, horizontal] = [openAbove(fine, memory), openHere(fine, memory)];
    const [above, here] = [rowSignal(frame, filters, memory), pixelSignal(batch, filters, memory)];
    return {
      above,
      here,
      row(row) {
        const input = from!.above.value;
        if (row % 2 === 1) {
          horizontal.passRow();
          return vertical.passRow(input);
        }
        horizontal.beginRow(row);
        copyTo(above.value, vertical.fromRow(row, input));
        activate(above);
      },
      pixel(row, column) {
        const input = from!.here.value;
        if (row % 2 === 1 || column % 2 === 1) return horizontal.advance(column, input, false);
        copyTo(here.value, horizontal.at(column, input));
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
    const block = packed.floatsOf(values);
    return {
      tap: (index: number) => matrixOf(block, filters, filters, index * filters * filters),
      bias: biasOf(packed.floatsOf(bias)),
    };
  });

  return ({ frame, from, memory }) => {
    const { batch } = frame;
    const coarse = { batch, width: frame.width / 2 };
    const [above, here] = [rowSignal(frame, filters, memory), pixelSignal(batch, filters, memory)];
    const coarseRow = newRow(coarse, filters, memory); // `here` of the coarser row
    const even = every(2, above.values);
    const odd = every(2, fromColumn(1, above.values));

    return {
      above,
      here,
      row(row) {
        const taps = 3 * (row % 2); // the first of the kernel's row that this row is made with
        const [x, { bias, tap }] = [from!.above.values, forAbove];
        rowProduct(x, tap(taps + 1), bias, even, coarse);
        rowProduct(x, tap(taps + 2), bias, odd, coarse);
        rowProduct(fromColumn(1, x), tap(taps), odd, odd, { batch, width: coarse.width - 1 });
        activate(above);
      },
      pixel(row, column) {
        const at = Math.floor(column / 2);
        if (row % 2 === 0 && column % 2 === 0) copyPixel(from!.here.value, coarseRow, at, batch);
        const tap = forHere.tap(2 * (row % 2) + (column % 2));
        pixelProduct(coarseRow, tap, forHere.bias, here.values, at, batch);
        activate(here);
      },
    };
  };
}
