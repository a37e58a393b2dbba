import { type Conditions, type Host, type KernelSteps, type OpenSteps, wantHostConditions } from '@pixelrnn/core';
import { type Arena, kernels } from '@pixelrnn/kernels';
import { biasRows } from '../condition/bias-rows.ts';
import { mapConditions } from '../condition/condition.ts';
import { convStream } from '../convolution/conv-stream.ts';
import { addTo, biasOf, matrixOf, newRow, pixelOf, pixelProduct, rowProduct } from '../rows/row.ts';
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
export function gatedStream(options: GatedStreamOptions, packed: Arena): OpenSteps<KernelSteps> {
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
  const link = matrixOf(packed.floatsOf(weights.link), gates, gates);
  const outputWeights = matrixOf(packed.floatsOf(output.weights), channels, channels);
  const outputBias = biasOf(packed.floatsOf(output.bias));

  return (frame, context, memory) => {
    wantHostConditions('gatedConv2d', conditions, frame, context);
    const { batch, width } = frame;
    const vertical = openVertical(frame, openVerticalBias(frame, context, memory), memory);
    const startLink = openHorizontalBias(frame, context, memory);
    const fromAbove = newRow(frame, gates, memory); // what the horizontal sums start from: the link's part and the bias
    const horizontal = openHorizontal(frame, () => fromAbove, memory);
    const aboveOut = memory.floats(batch * width * channels);
    const hereOut = memory.floats(batch * channels);
    const [gated, result] = [pixelOf(memory.floats(batch * channels), channels), pixelOf(hereOut, channels)];

    return {
      beginRow(row, above) {
        const v = isFirst ? vertical.fromRowsBefore(row) : vertical.fromRow(row, above!); // [B, W, 2P]
        rowProduct(v, link, startLink(row), fromAbove, frame);
        kernels().gate(v.pointer, gates, aboveOut.pointer, channels, batch * width, channels);
        horizontal.beginRow(row);
        return aboveOut;
      },
      at(column, here) {
        const u = horizontal.at(column, here);
        kernels().gate(u.pointer, gates, gated.pointer, channels, batch, channels);
        pixelProduct(gated, outputWeights, outputBias, result, column, batch);
        if (residual) addTo(hereOut, here);
        return hereOut;
      },
      advance(column, here, isSeen) {
        horizontal.advance(column, here, isSeen);
        if (isFirst) vertical.remember(here, column);
      },
    };
  };
}
