import type { Bound } from '@pixelrnn/core';
import { boundInWords } from '@pixelrnn/experiment';

interface Likelihoods {
  readonly nats: number;
  readonly bitsPerDim: number;
  readonly bound?: Bound;
  /** Draws of latents that an upper bound was made with, where they were asked for. */
  readonly boundSamples?: number;
}

/** Nats and bits per dimension, and what they are, in words. */
export const likelihoods = ({ nats, bitsPerDim, bound, boundSamples }: Likelihoods): string =>
  `${nats.toFixed(2)} nats, ${bitsPerDim.toFixed(4)} bits/dim${boundInWords(bound, boundSamples)}`;
