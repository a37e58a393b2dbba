import type { GenerativeModel, ImageSpec } from '@pixelrnn/core';
import { MOST_LEVELS } from './quantize.ts';

/** In words, what else than −log p a model's number is. */
const NO_LIKELIHOOD = { upper: 'an upper bound', 'given-code': 'the cost given a code' } as const;

/** @throws unless images can be coded with the model */
export function checkModel({ name, bound, conditions, image: { levels } }: GenerativeModel): void {
  if (bound !== 'exact')
    throw new Error(
      `compress: wanted a model with an exact likelihood, got ${name}, whose number is ${NO_LIKELIHOOD[bound]}`,
    );
  if (conditions.map !== undefined || conditions.vector !== undefined)
    throw new Error(`compress: wanted a model that is conditioned on a class at most, got ${name}, which reads more`);
  if (levels > MOST_LEVELS)
    throw new Error(`compress: wanted a model of at most ${MOST_LEVELS} levels, got ${name} of ${levels}`);
}

/** Whether a model takes images of any size: not if it settles something of an image before the first pixel. */
export const takesAnySize = (model: GenerativeModel): boolean => model.before === undefined;

/** @throws unless the model takes images of this size */
export function checkSize(model: GenerativeModel, { height, width }: Pick<ImageSpec, 'height' | 'width'>): void {
  const { height: own, width: ownWidth } = model.image;
  if (!takesAnySize(model) && (height !== own || width !== ownWidth))
    throw new Error(`compress: wanted images of ${own}×${ownWidth} for ${model.name}, got one of ${height}×${width}`);
}
