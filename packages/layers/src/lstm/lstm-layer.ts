import {
  contiguousGroups,
  type Host,
  type JsonObject,
  type Layer,
  POINTWISE,
  perGate,
  uniformInit,
  withDefaults,
} from '@pixelrnn/core';
import type { Arena } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import {
  CONDITION_OPTIONS,
  type ConditionOptions,
  type ConditionParams,
  conditionBiases,
  initConditions,
} from '../condition/condition.ts';
import { type ConvParams, linearMap } from '../convolution/linear-map.ts';
import { type OpenPlain, type PlainKernelStream, plainLayer } from '../plain-layer.ts';
import { INPUT_TAPS, lstmLayerOp, lstmSteps } from './lstm-layer-op.ts';
import type { ScanKind } from './waves.ts';

export type LstmOptions = ConditionOptions & {
  /** Channels of the input: 2h in the papers. */
  readonly channels: number;
  /** Hidden units h of each direction. */
  readonly hidden: number;
  /** Channels of the output projection; the input's by default. */
  readonly outputs?: number;
  /** Colour groups: 1 grey, 3 RGB. */
  readonly groups?: number;
  /** Add the input to the output (needs outputs = channels). */
  readonly residual?: boolean;
};

export const LSTM_DEFAULTS = { groups: 1, residual: true } as const;

/** D directions, T state-to-state taps: 2 on a diagonal, 3 on a row. Weights of conditions are [size of the condition, D·4h]. */
export type LstmParams = {
  /** Input-to-state: [taps, channels, D·4h] and [D·4h]; gates in the order o, f, i, g. */
  readonly input: ConvParams;
  /** State-to-state: [D, T, h, 4h]. */
  readonly state: tf.Tensor4D;
  /** Learned initial hidden state and cell: [D, h]. */
  readonly h0: tf.Tensor2D;
  readonly c0: tf.Tensor2D;
  /** Projection of the (summed) hidden states: [1, h, outputs] and [outputs]. */
  readonly output: ConvParams;
} & ConditionParams;

/** What a stream needs to know of the layer; the weights of its maps are resolved already. */
export interface LstmStreamOptions {
  readonly channels: number;
  readonly hidden: number;
  readonly outputs: number;
  readonly residual: boolean;
  readonly directions: number;
  readonly weights: Host<LstmParams>;
}

interface LstmLayerParts {
  readonly name: string;
  readonly kind: ScanKind;
  readonly directions: number;
  /** Options that only this layer has. */
  readonly ownOptions?: JsonObject;
  /** The layer in raster order; its weights go into `packed`. */
  readonly prepare: (options: LstmStreamOptions, packed: Arena) => OpenPlain<PlainKernelStream>;
}

/**
 * What Row LSTM and Diagonal BiLSTM share: parameters, colour masks, and the whole layer as one operation. State-to-state weights
 * are not masked: every state they read belongs to an earlier pixel, known in all its colours.
 *
 * Conditions are added to the input-to-state map, before the gates (the 4h map of multi-scale PixelRNN, §3.6). The layer is one fused
 * kernel; with a map it is a convolution, a scan and a projection, each a kernel of its own.
 */
export function lstmLayer(options: LstmOptions, parts: LstmLayerParts): Layer<LstmParams> {
  const { name, kind, directions, ownOptions } = parts;
  const resolved = withDefaults(name, options, LSTM_DEFAULTS, ['channels', 'hidden', 'outputs', ...CONDITION_OPTIONS]);
  const { channels, hidden, groups, residual, outputs = channels, classes, vector, map } = resolved;
  const conditions = { classes, vector, map };
  if (residual && outputs !== channels)
    throw new Error(`${name}: wanted outputs = channels for a residual, got ${channels} → ${outputs}`);
  const taps = kind === 'diagonal' ? 2 : 3;
  const units = contiguousGroups(hidden, groups);
  const outer = contiguousGroups(channels, groups);
  const input = linearMap({
    taps: INPUT_TAPS[kind],
    mask: 'B',
    inputs: outer,
    outputs: perGate(units, 4 * directions),
  });
  const output = linearMap({
    taps: POINTWISE,
    mask: 'B',
    inputs: units,
    outputs: contiguousGroups(outputs, groups),
  });

  return plainLayer<LstmParams>({
    name,
    config: { ...resolved, ...ownOptions },
    inputs: channels,
    outputs,
    conditions,
    init: (rng) => ({
      input: input.init(rng.fork('input')),
      state: uniformInit(rng.fork('state'), [directions, taps, hidden, 4 * hidden], taps * hidden) as tf.Tensor4D,
      h0: tf.zeros([directions, hidden]) as tf.Tensor2D,
      c0: tf.zeros([directions, hidden]) as tf.Tensor2D,
      output: output.init(rng.fork('output')),
      ...initConditions(rng, conditions, (table, own) => table(own, directions * 4 * hidden)),
    }),
    apply(params, x, context) {
      const [{ weights: wi, bias: bi }, { weights: wo, bias: bo }] = [
        input.resolve(params.input),
        output.resolve(params.output),
      ];
      const { image: ci, pixel } = conditionBiases(params, context);
      const inputs = { x, wi, bi, ws: params.state, h0: params.h0, c0: params.c0, wo, bo, ci };
      return pixel ? lstmSteps(inputs, { kind, residual }, pixel) : lstmLayerOp(inputs, { kind, residual });
    },
    prepareInKernels(params, packed) {
      const weights = {
        ...params,
        input: input.resolveHost(params.input),
        output: output.resolveHost(params.output),
      };
      return parts.prepare({ channels, hidden, outputs, residual, directions, weights }, packed);
    },
  });
}
