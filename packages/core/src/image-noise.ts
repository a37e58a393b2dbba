import type { Context } from './conditions.ts';
import { type Rng, rng } from './rng.ts';

/** The seed of noise that nobody gave random numbers for. */
const EVALUATION = 'evaluation';

/**
 * A random stream for each image of a batch, by what it is for. While training they are forked from the context's random numbers. In an evaluation,
 * where there are none, from fixed ones by the index of the image among all and by the draw: so a result depends neither on the batch that an
 * image is evaluated in, nor on which others are, nor on the time.
 */
export function imageStreams(context: Context | undefined, count: number, name: string): Rng[] {
  const { indices, draw = 0 } = context ?? {};
  const root = (context?.rng ?? rng(EVALUATION)).fork(name);
  return Array.from({ length: count }, (_, b) => root.fork(indices?.[b] ?? b).fork(draw));
}
