import type { Frame, Host, Stream } from '@pixelrnn/core';
import { floats, floatsOf, kernels } from '@pixelrnn/kernels';
import { convStream } from '../convolution/conv-stream.ts';
import { dense } from '../dense.ts';

import type { GatedMaps, GatedParams } from './gated-maps.ts';
import { verticalStack } from './vertical-stack.ts';

export interface GatedStreamOptions {
  /** Maps P of each stack, and channels of the input. */
  readonly channels: number;
  readonly inputs: number;
  readonly maps: GatedMaps;
  readonly weights: Host<GatedParams>;
  readonly residual: boolean;
  readonly isFirst: boolean;
  readonly classes?: number;
  readonly labels?: Int32Array;
}

/** The vertical stack works a row at a time, in `beginRow`; the horizontal one a pixel at a time. */
export function gatedStream(options: GatedStreamOptions, frame: Frame): Stream {
  const { channels, inputs, maps, weights, residual, isFirst } = options;
  const { batch, width } = frame;
  const gates = 2 * channels;
  const biases = (table: Float32Array | undefined, bias: Float32Array) => classBiases(options, batch, table, bias);
  const vertical = verticalStack(
    {
      taps: maps.vertical.taps,
      inputs,
      outputs: gates,
      weights: weights.vertical.weights,
      bias: biases(weights.classes?.vertical, weights.vertical.bias),
    },
    frame,
  );
  const horizontal = convStream(
    {
      taps: maps.horizontal.taps,
      inputs,
      outputs: gates,
      weights: maps.horizontal.maskedHost(weights.horizontal.weights),
    },
    frame,
  );
  const link = floatsOf(weights.link);
  const outputWeights = floatsOf(maps.output.maskedHost(weights.output.weights));
  const outputBias = floatsOf(weights.output.bias);
  const horizontalBias = floatsOf(biases(weights.classes?.horizontal, weights.horizontal.bias)); // [B, 2P]
  const fromAbove = floats(batch * width * gates); // the link's part of u for the whole row, bias included: [B, W, 2P]
  const aboveOut = floats(batch * width * channels);
  const input = floats(batch * inputs);
  const gated = floats(batch * channels);
  const output = floats(batch * channels);
  let column = 0;

  return {
    beginRow(above) {
      const k = kernels();
      if (!isFirst && above === undefined) throw new Error('gatedConv2d: wanted a row of `above`, got none');
      const v = isFirst ? vertical.fromRowsBefore() : vertical.fromRow(above!); // [B, W, 2P]
      for (let b = 0; b < batch; b++) {
        const [row, bias] = [b * width * gates, horizontalBias.at(b * gates)];
        k.linear(v.at(row), gates, link.pointer, bias, fromAbove.at(row), gates, width, gates, gates, 0);
      }
      k.gate(v.pointer, gates, aboveOut.pointer, channels, batch * width, channels);
      column = 0;
      return aboveOut.array;
    },
    at(here) {
      const k = kernels();
      input.set(here);
      const u = horizontal.at(input);
      for (let b = 0; b < batch; b++) k.add(fromAbove.at((b * width + column) * gates), u.at(b * gates), gates);
      k.gate(u.pointer, gates, gated.pointer, channels, batch, channels);
      dense(gated, outputWeights, outputBias, output, batch, channels, channels);
      if (residual) k.add(input.pointer, output.pointer, output.length);
      return output.array;
    },
    advance(here) {
      input.set(here);
      horizontal.advance(input);
      if (isFirst) vertical.remember(here, column);
      column++;
    },
    dispose() {
      vertical.dispose();
      horizontal.dispose();
      for (const block of [link, outputWeights, outputBias, horizontalBias, fromAbove, aboveOut, input, gated, output])
        block.free();
    },
  };
}

/** The bias of every image, [B, 2P]: the layer's own plus that of the image's class. */
function classBiases(
  { labels, classes }: GatedStreamOptions,
  batch: number,
  table: Float32Array | undefined,
  bias: Float32Array,
) {
  if (table && labels?.length !== batch)
    throw new Error(`gatedConv2d: wanted ${batch} labels for ${classes} classes, got ${labels?.length ?? 'none'}`);
  const wrong = table && labels!.find((label) => !(label >= 0 && label < classes!));
  if (wrong !== undefined) throw new Error(`gatedConv2d: wanted labels of 0 … ${classes! - 1}, got ${wrong}`);
  return Float32Array.from({ length: batch * bias.length }, (_, i) => {
    const [image, channel] = [Math.floor(i / bias.length), i % bias.length];
    return bias[channel] + (table ? table[labels![image] * bias.length + channel] : 0);
  });
}
