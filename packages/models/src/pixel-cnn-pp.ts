import type { GenerativeModel } from '@pixelrnn/core';
import { CONDITION_OPTIONS, TWO_STREAM_DEFAULTS, type TwoStreamOptions, twoStream } from '@pixelrnn/layers';
import { endsOf, resolveOptions, type SystemOptions } from './options.ts';
import { systemModel } from './system-model.ts';

/** The likelihood is a mixture of logistics by default, Bernoulli for binary grey images. */
export interface PixelCnnPpOptions extends SystemOptions, Omit<TwoStreamOptions, 'inputs' | 'outputs'> {}

/** Those of the published code. */
export const PIXEL_CNN_PP_DEFAULTS = TWO_STREAM_DEFAULTS;

/**
 * PixelCNN++ (Salimans et al. 2017): two streams at several resolutions ({@link twoStream}), and a likelihood that ties the colours of a
 * pixel itself, so that the network needs no colour masks.
 */
export function pixelCnnPp(options: PixelCnnPpOptions): GenerativeModel {
  const resolved = resolveOptions('pixelCnnPp', options, PIXEL_CNN_PP_DEFAULTS, CONDITION_OPTIONS, ['dropout']);
  const { image, filters, resnets, scales, dropout, classes, vector } = resolved;
  const isBinary = image.channels === 1 && image.levels === 2;
  const ends = endsOf(isBinary ? resolved : { likelihood: 'logisticMixture', ...resolved });
  const { encoding, likelihood, groups, map } = ends;
  if (groups > 1)
    throw new Error(
      `pixelCnnPp: wanted a likelihood that ties the colours of a pixel itself, such as logisticMixture, got ${likelihood.name}`,
    );
  const sizes = { inputs: encoding.outputs, outputs: likelihood.outputs };
  const network = twoStream({ ...sizes, filters, resnets, scales, dropout, classes, vector, map });
  return systemModel('pixelCnnPp', resolved, ends, network);
}
