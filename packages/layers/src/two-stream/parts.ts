import { childContext, type Features, type Host, type Params, type Rng, type Taps } from '@pixelrnn/core';
import type { Arena } from '@pixelrnn/kernels';
import type * as tf from '@tensorflow/tfjs-core';
import type { ConditionOptions } from '../condition/condition.ts';
import type { ConvParams } from '../convolution/linear-map.ts';
import { type GatedResnet, gatedResnet, type Pass, type ResnetParams } from './gated-resnet.ts';
import type { OpenPart } from './part-stream.ts';
import type { Step } from './plan.ts';
import { doubleStream, halveStream, stemStream } from './resample-stream.ts';
import { resnetStream } from './resnet-stream.ts';
import { doubling, halving, KERNELS, type StreamMaps, type StreamName, shifted } from './shifted-map.ts';

/** What the parts of the network are made for. */
export interface PartOptions {
  /** Channels of the image, its constant one included. */
  readonly inputs: number;
  readonly filters: number;
  readonly conditions: ConditionOptions;
}

/** What a step consists of. */
export type Part =
  | { readonly kind: 'stem' | 'halve' | 'double'; readonly maps: StreamMaps }
  | { readonly kind: 'resnet'; readonly resnets: Readonly<Record<StreamName, GatedResnet>> };

export type PartParams = {
  readonly above: ConvParams | ResnetParams;
  readonly here: ConvParams | ResnetParams;
};

/**
 * The taps of the first layer, which must not see the pixel:
 *
 *   above   x x x       here   x x x
 *           x x x              x o
 *             o
 *
 * The published code shifts the maps of other convolutions (2×3 for `above`; 1×3 and 2×1, added, for `here`) down and to the right. The
 * taps are the same. Its shift puts zeros into the first row and column, where here the bias stands: nothing is seen there either way.
 */
const STEM: Readonly<Record<StreamName, Taps>> = {
  above: { rows: 3, width: 3, last: 0 },
  here: { rows: 2, width: 3, last: 1 },
};

/** The maps of a step. */
export function partOf({ kind, hasShortCut }: Step, { inputs, filters, conditions }: PartOptions): Part {
  const both = <T>(make: (stream: StreamName) => T) => ({ above: make('above'), here: make('here') });
  const same = { inputs: filters, outputs: filters };
  switch (kind) {
    case 'stem':
      return { kind, maps: both((stream) => shifted(STEM[stream], { inputs, outputs: filters })) };
    case 'halve':
      return { kind, maps: both((stream) => halving(stream, same)) };
    case 'double':
      return { kind, maps: both((stream) => doubling(stream, same)) };
    case 'resnet': {
      // `above` hears of its short-cut alone; `here` of what `above` is now, too.
      const heard = { above: hasShortCut ? 1 : 0, here: hasShortCut ? 2 : 1 };
      const resnet = (stream: StreamName) =>
        gatedResnet({ taps: KERNELS[stream], filters, auxiliary: heard[stream] * filters, conditions });
      return { kind, resnets: both(resnet) };
    }
  }
}

/** Their parameters at the start. */
export const initPart = (part: Part, rng: Rng): Params =>
  part.kind === 'resnet'
    ? { above: part.resnets.above.init(rng.fork('above')), here: part.resnets.here.init(rng.fork('here')) }
    : { above: part.maps.above.map.init(rng.fork('above')), here: part.maps.here.map.init(rng.fork('here')) };

/** Both streams through a step. */
export function applyPart(
  part: Part,
  key: string,
  pass: Pass,
  params: PartParams,
  x: Features<tf.Tensor4D>,
  shortCut: Features<tf.Tensor4D> | undefined,
): Required<Features<tf.Tensor4D>> {
  if (part.kind !== 'resnet')
    return {
      above: pass.linear(part.maps.above, params.above as ConvParams, x.above!),
      here: pass.linear(part.maps.here, params.here as ConvParams, x.here),
    };
  const own = { ...pass, context: childContext(pass.context, key) };
  const { above: first, here: second } = part.resnets;
  const [forAbove, forHere] = shortCut ? [[shortCut.above!], [shortCut.here]] : [[], []];
  const above = first.apply(own, 'above', params.above as ResnetParams, x.above!, forAbove);
  return { above, here: second.apply(own, 'here', params.here as ResnetParams, x.here, [above, ...forHere]) };
}

const STREAMS = { stem: stemStream, halve: halveStream, double: doubleStream } as const;

/** Packs the weights of a step, and gives what opens it in raster order. */
export function preparePart(part: Part, weights: Host, packed: Arena): OpenPart {
  if (part.kind === 'resnet')
    return resnetStream(part.resnets, weights as Host<Record<StreamName, ResnetParams>>, packed);
  return STREAMS[part.kind](part.maps, weights as Host<Record<StreamName, ConvParams>>, packed);
}
