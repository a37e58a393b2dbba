import { type Mapping, withDefaults } from '@pixelrnn/core';
import type { Activation } from './activation.ts';
import { chain } from './chain.ts';
import { convolution2d } from './convolution2d.ts';
import { fullyConnected } from './fully-connected.ts';

export type ConvEncoderOptions = {
  /** Shapes of input and output: [H, W, C], and [D] or [h, w, D]. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Channels and stride of each convolution, the first first. */
  readonly layers: readonly (readonly [channels: number, stride: number])[];
  readonly kernel?: number;
  readonly activation?: Activation;
  /** Weight normalization. */
  readonly normalize?: boolean;
};

export const CONV_ENCODER_DEFAULTS = { kernel: 3, activation: 'relu', normalize: false } as const;

/**
 * The encoder of a variational auto-encoder: convolutions with an activation after each, then a linear map,
 *
 *   [H, W, C] ── conv k×k ── f ── conv k×k, stride ── f ── … ── every number to every number ── [D]
 *
 * or, where the output is a map, a convolution with a kernel of 1×1 to its channels, at the size that the strides leave.
 */
export function convEncoder(options: ConvEncoderOptions): Mapping {
  const name = 'convEncoder';
  const resolved = withDefaults<ConvEncoderOptions, typeof CONV_ENCODER_DEFAULTS>(
    name,
    options,
    CONV_ENCODER_DEFAULTS,
    ['inputs', 'outputs', 'layers'],
  );
  const { inputs, outputs, layers, kernel, activation, normalize } = resolved;
  const parts: Mapping[] = [];
  let [height, width, from] = inputs;
  layers.forEach(([channels, stride], i) => {
    const own = { kernel, stride, normalize, activation: i === 0 ? ('none' as const) : activation };
    parts.push(convolution2d({ size: [height, width], inputs: from, outputs: channels, ...own }));
    [height, width, from] = parts[i].outputs;
  });
  const last = { activation: layers.length === 0 ? ('none' as const) : activation, normalize };
  parts.push(
    outputs.length === 3
      ? convolution2d({ size: [height, width], inputs: from, outputs: outputs[2], kernel: 1, ...last })
      : fullyConnected({ inputs: [height, width, from], outputs, ...last }),
  );
  const made = parts[parts.length - 1].outputs;
  if (String(made) !== String(outputs))
    throw new Error(`${name}: wanted strides that leave [${outputs}], got [${made}]`);
  return chain(parts, { name, config: { ...resolved, inputs: [...inputs], outputs: [...outputs] } });
}
