import type { Host } from '@pixelrnn/core';
import { type Arena, kernels } from '@pixelrnn/kernels';
import { biasRows } from '../condition/bias-rows.ts';
import { convStream } from '../convolution/conv-stream.ts';
import { verticalStack } from '../gated/vertical-stack.ts';
import { type Matrix, matrixOf, newRow, pixelOf, pixelProduct, type Row, rowProduct } from '../rows/row.ts';
import type { GatedResnet, ResnetParams } from './gated-resnet.ts';
import type { OpenPart } from './part-stream.ts';
import type { StreamName } from './shifted-map.ts';
import { gateOnto, pixelSignal, rowSignal } from './signal.ts';

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
    conv: convStream({ taps: pixels.taps, ...convSizes, weights: pixels.conv }, packed),
    convBias: biasRows({}, pixels.bias, packed),
    gates: convStream({ taps: pixels.taps, ...gateSizes, weights: pixels.gates.weights }, packed),
    gatesBias: biasRows(weights.here, pixels.gates.bias, packed),
  };

  return ({ frame, context, from, shortCut, memory }) => {
    const { batch, width } = frame;
    const [above, here] = [rowSignal(frame, filters, memory), pixelSignal(batch, filters, memory)];
    const rowConv = openRows.conv(frame, openRows.convBias(frame, context, memory), memory);
    const rowGates = openRows.gates(frame, openRows.gatesBias(frame, context, memory), memory);
    const pixelBias = openPixels.convBias(frame, context, memory);
    const sums = newRow(frame, filters, memory);
    const pixelConv = openPixels.conv(frame, hearAbove, memory);
    const pixelGates = openPixels.gates(frame, openPixels.gatesBias(frame, context, memory), memory);
    const [rowHidden, pixelHidden] = [above, here].map(({ active }) => memory.floats(active.length));

    /** What a pixel is told by `above` at it, now that that is known for the row. */
    function hearAbove(row: number): Row {
      rowProduct(above.activations, pixels.heard[0], pixelBias(row), sums, frame);
      return sums;
    }

    return {
      above,
      here,
      row(row) {
        const sum = rowConv.fromRow(row, from!.above.active);
        if (shortCut) rowProduct(shortCut.above.activations, rows.heard[0], sum, sum, frame);
        kernels().concatElu(sum.pointer, rowHidden.pointer, batch * width, filters);
        gateOnto(from!.above, rowGates.fromRow(row, rowHidden), above);
        pixelConv.beginRow(row);
        pixelGates.beginRow(row);
      },
      pixel(_, column) {
        const sum = pixelConv.at(column, from!.here.active);
        if (shortCut) {
          const y = pixelOf(sum, filters);
          pixelProduct(shortCut.here.activations, pixels.heard[1], y, y, column, batch);
        }
        kernels().concatElu(sum.pointer, pixelHidden.pointer, batch, filters);
        gateOnto(from!.here, pixelGates.at(column, pixelHidden), here);
      },
    };
  };
}

/** The weights of a resnet, and those of what it hears beside its input. */
function packResnet({ maps, filters }: GatedResnet, weights: Host<ResnetParams>, packed: Arena) {
  const conv = maps.conv.map.resolveHost(weights.conv);
  const auxiliary = maps.auxiliary?.map.resolveHost(weights.auxiliary!);
  return {
    taps: maps.conv.map.taps,
    conv: conv.weights,
    /** Of the convolution and of what it is told beside its input. */
    bias: conv.bias.map((value, i) => value + (auxiliary?.bias[i] ?? 0)),
    gates: maps.gates.map.resolveHost(weights.gates),
    heard: auxiliary ? blocksOf(auxiliary.weights, filters, packed) : [],
  };
}

/** Weights [n, 2F, F] as n matrices. */
function blocksOf(values: Float32Array, filters: number, packed: Arena): Matrix[] {
  const [block, size] = [packed.floatsOf(values), 2 * filters * filters];
  return Array.from({ length: values.length / size }, (_, i) => matrixOf(block, 2 * filters, filters, i * size));
}
