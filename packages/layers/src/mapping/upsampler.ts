import { type Mapping, withDefaults } from '@pixelrnn/core';
import type { Activation } from './activation.ts';
import { chain } from './chain.ts';
import { convolution2d } from './convolution2d.ts';
import { fullyConnected } from './fully-connected.ts';
import { transposedConv2d } from './transposed-conv2d.ts';

export type UpsamplerOptions = {
  /** Shapes of input and output: [D] or [h, w, C], and [H, W, C]. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Channels of the map at the size of each factor's input, and the factor, the smallest map first. */
  readonly layers: readonly (readonly [channels: number, stride: number])[];
  readonly kernel?: number;
  readonly activation?: Activation;
};

export const UPSAMPLER_DEFAULTS = { kernel: 3, activation: 'relu' } as const;

/**
 * From latents to features at the size of the image: the deterministic part of PixelVAE's decoder (Gulrajani et al. 2017, §3.1),
 *
 *   [D] ── every number to every number ── [h, w, C₁] ── f ── conv k×k ── f ── s-fold ── … ── f ── conv k×k ── [H, W, C]
 *
 * where s-fold is a transposed convolution without overlap. A map [h, w, C] is read by a convolution instead of the linear map.
 */
export function upsampler(options: UpsamplerOptions): Mapping {
  const name = 'upsampler';
  const resolved = withDefaults<UpsamplerOptions, typeof UPSAMPLER_DEFAULTS>(name, options, UPSAMPLER_DEFAULTS, [
    'inputs',
    'outputs',
    'layers',
  ]);
  const { inputs, outputs, layers, kernel, activation } = resolved;
  const [height, width, channels] = outputs;
  const factor = layers.reduce((product, [, stride]) => product * stride, 1);
  if (layers.length === 0 || height % factor !== 0 || width % factor !== 0)
    throw new Error(
      `${name}: wanted factors whose product divides ${height}×${width}, got ${factor} of ${layers.length}`,
    );
  let size: [number, number] = [height / factor, width / factor];
  const first = [...size, layers[0][0]];
  const parts: Mapping[] = [
    inputs.length === 3
      ? convolution2d({ size, inputs: inputs[2], outputs: first[2], kernel })
      : fullyConnected({ inputs, outputs: first }),
  ];
  layers.forEach(([from, stride], i) => {
    const to = layers[i + 1]?.[0] ?? from;
    parts.push(convolution2d({ size, inputs: from, outputs: from, kernel, activation }));
    parts.push(transposedConv2d({ size, inputs: from, outputs: to, stride, activation }));
    size = [size[0] * stride, size[1] * stride];
    if (i === layers.length - 1) parts.push(convolution2d({ size, inputs: to, outputs: channels, kernel, activation }));
  });
  return chain(parts, { name, config: { ...resolved, inputs: [...inputs], outputs: [...outputs] } });
}
