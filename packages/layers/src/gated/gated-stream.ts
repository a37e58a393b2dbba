import { type Conditions, type Host, type OpenSteps, wantHostConditions } from '@pixelrnn/core';
import { type Arena, kernels } from '@pixelrnn/kernels';
import { biasRows } from '../condition/bias-rows.ts';
import { mapConditions } from '../condition/condition.ts';
import { convStream } from '../convolution/conv-stream.ts';
import { dense } from '../dense.ts';
import type { GatedMaps } from './gated-maps.ts';
import type { GatedParams } from './gated-params.ts';
import { verticalStack } from './vertical-stack.ts';

export interface GatedStreamOptions {
  /** Maps P of each stack, and channels of the input. */
  readonly channels: number;
  readonly inputs: number;
  readonly maps: GatedMaps;
  readonly weights: Host<GatedParams>;
  readonly residual: boolean;
  readonly isFirst: boolean;
  readonly conditions: Conditions;
}

/** The vertical stack works a row at a time, in `beginRow`; the horizontal one a pixel at a time. */
export function gatedStream(options: GatedStreamOptions, packed: Arena): OpenSteps {
  const { channels, inputs, maps, weights, residual, isFirst, conditions } = options;
  const gates = 2 * channels;
  const sizes = { inputs, outputs: gates };
  const output = maps.output.resolveHost(weights.output);
  const { weights: verticalWeights, bias: verticalBias } = maps.vertical.resolveHost(weights.vertical);
  const { weights: horizontalWeights, bias: horizontalBias } = maps.horizontal.resolveHost(weights.horizontal);
  const biasesOf = (stack: 'vertical' | 'horizontal', bias: Float32Array) =>
    biasRows(
      mapConditions(weights, (own) => own[stack]),
      bias,
      packed,
    );
  const openVerticalBias = biasesOf('vertical', verticalBias);
  const openHorizontalBias = biasesOf('horizontal', horizontalBias);
  const openVertical = verticalStack({ taps: maps.vertical.taps, ...sizes, weights: verticalWeights }, packed);
  const openHorizontal = convStream({ taps: maps.horizontal.taps, ...sizes, weights: horizontalWeights }, packed);
  const link = packed.floatsOf(weights.link);
  const outputWeights = packed.floatsOf(output.weights);
  const outputBias = packed.floatsOf(output.bias);

  return (frame, context, memory) => {
    wantHostConditions('gatedConv2d', conditions, frame, context);
    const { batch, width } = frame;
    const vertical = openVertical(frame, openVerticalBias(frame, context, memory), memory);
    const horizontal = openHorizontal(frame, memory);
    const writeBias = openHorizontalBias(frame, context, memory);
    const fromAbove = memory.floats(batch * width * gates); // the link's part of u for the whole row, bias included: [B, W, 2P]
    const aboveOut = memory.floats(batch * width * channels);
    const input = memory.floats(batch * inputs);
    const gated = memory.floats(batch * channels);
    const hereOut = memory.floats(batch * channels);

    return {
      beginRow(row, above) {
        const k = kernels();
        horizontal.beginRow(row);
        const v = isFirst ? vertical.fromRowsBefore(row) : vertical.fromRow(row, above!); // [B, W, 2P]
        writeBias(row, fromAbove);
        k.linear(v.pointer, gates, link.pointer, 0, fromAbove.pointer, gates, batch * width, gates, gates, 1);
        k.gate(v.pointer, gates, aboveOut.pointer, channels, batch * width, channels);
        return aboveOut.array;
      },
      at(column, here) {
        const k = kernels();
        input.set(here);
        const u = horizontal.at(column, input);
        for (let b = 0; b < batch; b++) k.add(fromAbove.at((b * width + column) * gates), u.at(b * gates), gates);
        k.gate(u.pointer, gates, gated.pointer, channels, batch, channels);
        dense(gated, outputWeights, outputBias, hereOut, batch, channels, channels);
        if (residual) k.add(input.pointer, hereOut.pointer, hereOut.length);
        return hereOut.array;
      },
      advance(column, here) {
        input.set(here);
        horizontal.advance(column, input);
        if (isFirst) vertical.remember(here, column);
      },
    };
  };
}
