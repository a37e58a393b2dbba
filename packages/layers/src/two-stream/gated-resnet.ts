import { type Context, childContext, fusedOp, type Rng, type Taps } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import {
  type ConditionOptions,
  type ConditionParams,
  conditionBiases,
  initConditions,
} from '../condition/condition.ts';
import type { ConvParams } from '../convolution/linear-map.ts';
import { dropout } from '../dropout.ts';
import { concatElu } from './concat-elu.ts';
import { pointwise, type ShiftedMap, shifted } from './shifted-map.ts';

/** What calibration scales the gates of a resnet to: resnets that begin near the identity can be stacked high. */
const GATES_SCALE = 0.1;

export interface ResnetOptions {
  readonly taps: Taps;
  /** Channels F of the stream. */
  readonly filters: number;
  /** Channels of all auxiliary inputs together, before their activation; 0: there are none. */
  readonly auxiliary: number;
  readonly conditions: ConditionOptions;
}

/** Conditions have weights [size, 2F]. */
export type ResnetParams = ConditionParams & {
  /** [taps, 2F, F] */
  readonly conv: ConvParams;
  /** [1, 2·auxiliary, F] */
  readonly auxiliary?: ConvParams;
  /** [taps, 2F, 2F] */
  readonly gates: ConvParams;
};

/** Applies one linear map: with its parameters as they are, or calibrating them first. */
export type Linear = (map: ShiftedMap, params: ConvParams, x: tf.Tensor4D, residual?: tf.Tensor4D) => tf.Tensor4D;

/** What all parts of one pass over the network share. */
export interface Pass {
  readonly linear: Linear;
  /** {@link concatElu}, once for each map, whoever reads it. */
  readonly activate: (x: tf.Tensor4D) => tf.Tensor4D;
  readonly dropout: number;
  readonly context?: Context;
}

export type GatedResnet = ReturnType<typeof gatedResnet>;

/**
 * The gated resnet of PixelCNN++, with f(x) = elu([x, −x]):
 *
 *   x ── f ── conv ──── + ── f ── dropout ── conv 2F ── + ── (a, b)        y = x + a ⊙ σ(b)
 *   auxiliary ── f ── 1×1 ┘                   conditions ┘
 */
export function gatedResnet({ taps, filters, auxiliary, conditions }: ResnetOptions) {
  const maps = {
    conv: shifted(taps, { inputs: 2 * filters, outputs: filters }),
    auxiliary: auxiliary > 0 ? pointwise({ inputs: 2 * auxiliary, outputs: filters }) : undefined,
    gates: shifted(taps, { inputs: 2 * filters, outputs: 2 * filters, scale: GATES_SCALE }),
  };
  return {
    filters,
    maps,
    init: (rng: Rng): ResnetParams => ({
      conv: maps.conv.map.init(rng.fork('conv')),
      ...(maps.auxiliary && { auxiliary: maps.auxiliary.map.init(rng.fork('auxiliary')) }),
      gates: maps.gates.map.init(rng.fork('gates')),
      ...initConditions(rng, conditions, (table, own) => table(own, 2 * filters)),
    }),
    /** @param key tells the random numbers of this resnet from those of others */
    apply(pass: Pass, key: string, params: ResnetParams, x: tf.Tensor4D, others: readonly tf.Tensor4D[]): tf.Tensor4D {
      const { linear, activate } = pass;
      const own = linear(maps.conv, params.conv, activate(x));
      const sum = maps.auxiliary
        ? linear(maps.auxiliary, params.auxiliary!, sideBySide(others.map(activate)), own)
        : own;
      const hidden = dropout(concatElu(sum), pass.dropout, childContext(pass.context, key));
      const { image, pixel } = conditionBiases(params, pass.context);
      const z = plus(linear(maps.gates, params.gates, hidden, pixel), image);
      return gatedResidualOp({ z, residual: x }, {});
    },
  };
}

/** residual + a ⊙ σ(b) of the halves (a, b) of z: [B, H, W, 2F], [B, H, W, F] → [B, H, W, F]. */
const gatedResidualOp = fusedOp(
  FUSED_KERNELS.gatedResidual,
  ({ z, residual }: { z: tf.Tensor4D; residual: tf.Tensor4D }): tf.Tensor4D => {
    const [a, b] = tf.split(z, 2, 3);
    return tf.add(residual, tf.mul(a, tf.sigmoid(b)));
  },
);

const sideBySide = (maps: readonly tf.Tensor4D[]): tf.Tensor4D =>
  maps.length === 1 ? maps[0] : tf.concat([...maps], 3);

const plus = (x: tf.Tensor4D, bias: tf.Tensor2D | undefined): tf.Tensor4D =>
  bias === undefined ? x : tf.add(x, tf.reshape(bias, [bias.shape[0], 1, 1, bias.shape[1]]));
