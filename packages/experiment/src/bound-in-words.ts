import type { Bound } from '@pixelrnn/core';

const IN_WORDS: Readonly<Record<Bound, string>> = {
  exact: '',
  upper: ' (upper bound)',
  'given-code': ' (given the code of the image, whose cost is not in it)',
};

/** What is said of numbers that are no exact likelihoods, after their unit. @param boundSamples draws of latents that an upper bound was made with */
export const boundInWords = (bound: Bound = 'exact', boundSamples?: number): string =>
  boundSamples === undefined ? IN_WORDS[bound] : ` (upper bound of ${boundSamples.toLocaleString('en')} draws)`;
