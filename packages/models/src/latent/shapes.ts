import { sizeOf } from '@pixelrnn/core';

/** Latents of a model: so many numbers, or a map [h, w, C] of them. */
export type LatentShape = number | readonly [height: number, width: number, channels: number];

/** @throws unless it is a positive whole number, or three of them */
export function checkLatents(who: string, latents: LatentShape): void {
  const lengths = Array.isArray(latents) ? latents : [latents];
  const isGood = lengths.every((length) => Number.isInteger(length) && length >= 1);
  if (!isGood || (typeof latents !== 'number' && lengths.length !== 3))
    throw new Error(`${who}: wanted a number of latents, or a map [h, w, C] of them, got ${JSON.stringify(latents)}`);
}

/** How many numbers they are. */
export const latentCount = (latents: LatentShape): number => sizeOf(latentShape(latents));

/** Their shape, as a mapping reads them. */
export const latentShape = (latents: LatentShape): readonly number[] =>
  typeof latents === 'number' ? [latents] : latents;

/** The shape of the statistics of a Gaussian over them: of each, mean and log σ. */
export const statisticsShape = (latents: LatentShape): readonly number[] => {
  const shape = latentShape(latents);
  return [...shape.slice(0, -1), 2 * shape[shape.length - 1]];
};

/** The latents of which a mapping gives the statistics. */
export function latentsOf(statistics: readonly number[]): LatentShape {
  const [height, width, channels] = statistics;
  return statistics.length === 3 ? [height, width, channels / 2] : height / 2;
}
