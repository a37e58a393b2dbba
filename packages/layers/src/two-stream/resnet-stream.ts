import type { Host } from '@pixelrnn/core';
import { type Arena, type Floats, kernels } from '@pixelrnn/kernels';
import { biasRows, pixelBiases } from '../condition/bias-rows.ts';
import { convStream } from '../convolution/conv-stream.ts';
import { verticalStack } from '../gated/vertical-stack.ts';
import { concatEluHost } from './concat-elu.ts';
import type { GatedResnet, ResnetParams } from './gated-resnet.ts';
import type { OpenPart } from './part-stream.ts';
import type { StreamName } from './shifted-map.ts';
import { activate, gateOnto, type Signal, signal } from './signal.ts';

/** A pair of gated resnets: that of `above` takes a row at a time, that of `here` a pixel. */
export function resnetStream(
  resnets: Readonly<Record<StreamName, GatedResnet>>,
  weights: Host<Record<StreamName, ResnetParams>>,
  packed: Arena,
): OpenPart {
  const { filters } = resnets.above;
  const [rows, pixels] = [
    packResnet(resnets.above, weights.above, packed),
    packResnet(resnets.here, weights.here, packed),
  ];
  const [convSizes, gateSizes] = [filters, 2 * filters].map((outputs) => ({ inputs: 2 * filters, outputs }));
  const openRows = {
    conv: verticalStack({ taps: rows.taps, ...convSizes, weights: rows.conv }, packed),
    convBias: biasRows({}, rows.bias, packed),
    gates: verticalStack({ taps: rows.taps, ...gateSizes, weights: rows.gates.weights }, packed),
    gatesBias: biasRows(weights.above, rows.gates.bias, packed),
  };
  const openPixels = {
    conv: convStream({ taps: pixels.taps, ...convSizes, weights: pixels.conv, bias: pixels.bias }, packed),
    gates: convStream({ taps: pixels.taps, ...gateSizes, ...pixels.gates }, packed),
    conditions: pixelBiases(weights.here, 2 * filters, packed),
  };

  return ({ frame, context, from, shortCut, memory }) => {
    const { batch, width } = frame;
    const [above, here] = [signal(batch * width, filters, memory), signal(batch, filters, memory)];
    const rowConv = openRows.conv(frame, openRows.convBias(frame, context, memory), memory);
    const rowGates = openRows.gates(frame, openRows.gatesBias(frame, context, memory), memory);
    const pixelConv = openPixels.conv(frame, memory);
    const pixelGates = openPixels.gates(frame, memory);
    const conditions = openPixels.conditions(frame, context, memory);
    const [rowHidden, pixelHidden] = [memory.floats(2 * above.value.length), memory.floats(2 * here.value.length)];
    const dense = 2 * filters; // of activations of neighbouring pixels or images

    return {
      above,
      here,
      row(row) {
        pixelConv.beginRow(row);
        pixelGates.beginRow(row);
        conditions?.beginRow(row);
        const sum = rowConv.fromRow(row, from!.above.active.array);
        if (shortCut) rows.hear(0, shortCut.above.active.pointer, dense, sum);
        concatEluHost(sum, rowHidden, filters);
        finish(from!.above, rowGates.fromRow(row, rowHidden.array), above);
      },
      pixel(_, column) {
        const sum = pixelConv.at(column, from!.here.active);
        pixels.hear(0, above.active.at(column * dense), width * dense, sum);
        if (shortCut) pixels.hear(1, shortCut.here.active.pointer, dense, sum);
        concatEluHost(sum, pixelHidden, filters);
        const gates = pixelGates.at(column, pixelHidden);
        conditions?.addTo(gates, column);
        finish(from!.here, gates, here);
      },
    };
  };
}

function finish(x: Signal, gates: Floats, y: Signal): void {
  gateOnto(x.value, gates, y.value, y.channels);
  activate(y);
}

/** The weights of a resnet, and what is done with them whatever the pixels. */
function packResnet({ maps, filters }: GatedResnet, weights: Host<ResnetParams>, packed: Arena) {
  const conv = maps.conv.map.resolveHost(weights.conv);
  const auxiliary = maps.auxiliary?.map.resolveHost(weights.auxiliary!);
  const others = auxiliary && packed.floatsOf(auxiliary.weights);
  return {
    taps: maps.conv.map.taps,
    conv: conv.weights,
    /** Of the convolution and of what it is told beside its input. */
    bias: conv.bias.map((value, i) => value + (auxiliary?.bias[i] ?? 0)),
    gates: maps.gates.map.resolveHost(weights.gates),
    /** Adds what an auxiliary input says, the one at `index`: activations [n, 2F] that lie `stride` apart. */
    hear(index: number, active: number, stride: number, sum: Floats): void {
      const w = others!.at(index * 2 * filters * filters);
      kernels().linear(active, stride, w, 0, sum.pointer, filters, sum.length / filters, 2 * filters, filters, 1);
    },
  };
}
