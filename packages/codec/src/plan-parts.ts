import type { GenerativeModel } from '@pixelrnn/core';
import { slicesOf } from '@pixelrnn/generate';
import { type BlockShape, piecesOf } from './code-block.ts';
import type { Part } from './code-part.ts';

/**
 * Cuts blocks into parts that can be coded apart from each other: an image in strips into one for each lane. A class stands in the first of its
 * streams alone, so images with classes stay whole. How they are cut changes no bit.
 */
export function planParts(
  { conditions }: Pick<GenerativeModel, 'conditions'>,
  blocks: readonly BlockShape[],
  lanes: number,
): Part[] {
  return blocks.flatMap((shape, block): Part[] => {
    const { count, height, width, rows } = shape;
    if (count > 1 || conditions.classes !== undefined) return [{ count, height, width, rows, block, above: 0 }];
    return slicesOf(piecesOf(shape), lanes).map(({ first, count: strips }) => ({
      count,
      height: Math.min(height, (first + strips) * rows) - first * rows,
      width,
      rows,
      block,
      above: first,
    }));
  });
}
