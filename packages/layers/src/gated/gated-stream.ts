import { type Conditions, type Host, type HostContext, type OpenSteps, wantHostConditions } from '@pixelrnn/core';
import { type Arena, kernels } from '@pixelrnn/kernels';
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
  const openVertical = verticalStack({ taps: maps.vertical.taps, ...sizes, weights: verticalWeights }, packed);
  const openHorizontal = convStream({ taps: maps.horizontal.taps, ...sizes, weights: horizontalWeights }, packed);
  const link = packed.floatsOf(weights.link);
  const outputWeights = packed.floatsOf(output.weights);
  const outputBias = packed.floatsOf(output.bias);

  return (frame, context, memory) => {
    wantHostConditions('gatedConv2d', conditions, frame, context);
    const { batch, width } = frame;
    const biasOf = (table: Float32Array | undefined, bias: Float32Array) => classBiases(context, batch, table, bias);
    const vertical = openVertical(frame, biasOf(weights.classes?.vertical, verticalBias), memory);
    const horizontal = openHorizontal(frame, memory);
    const ownBias = memory.floatsOf(biasOf(weights.classes?.horizontal, horizontalBias)); // [B, 2P]
    const fromAbove = memory.floats(batch * width * gates); // the link's part of u for the whole row, bias included: [B, W, 2P]
    const aboveOut = memory.floats(batch * width * channels);
    const input = memory.floats(batch * inputs);
    const gated = memory.floats(batch * channels);
    const hereOut = memory.floats(batch * channels);

    return {
      beginRow(row, above) {
        const k = kernels();
        horizontal.beginRow(row);
        const v = isFirst ? vertical.fromRowsBefore() : vertical.fromRow(above!); // [B, W, 2P]
        for (let b = 0; b < batch; b++) {
          const [start, bias] = [b * width * gates, ownBias.at(b * gates)];
          k.linear(v.at(start), gates, link.pointer, bias, fromAbove.at(start), gates, width, gates, gates, 0);
        }
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

/** The bias of every image, [B, 2P]: the layer's own plus that of the image's class. */
const classBiases = (
  { labels }: HostContext,
  batch: number,
  table: Float32Array | undefined,
  bias: Float32Array,
): Float32Array =>
  Float32Array.from({ length: batch * bias.length }, (_, i) => {
    const [image, channel] = [Math.floor(i / bias.length), i % bias.length];
    return bias[channel] + (table ? table[labels![image] * bias.length + channel] : 0);
  });
