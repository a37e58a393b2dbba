import { CODEC_MUTATIONS } from './mutations/codec.ts';
import { GENERATION } from './mutations/generation.ts';
import { KERNELS } from './mutations/kernels.ts';
import { LATENT } from './mutations/latents.ts';
import { LIKELIHOODS } from './mutations/likelihoods.ts';
import { NETWORKS } from './mutations/networks.ts';
import { ORDER_MUTATIONS } from './mutations/orders.ts';
import { PUBLISHED } from './mutations/published.ts';
import { STREAMS } from './mutations/streams.ts';
import { TRAINING } from './mutations/training.ts';
import { TWO_STREAM } from './mutations/two-stream.ts';

/** A change of one line of our source, and the test that it turns red. */
export interface Mutation {
  readonly name: string;
  /** What the bug is, and where it was seen. */
  readonly bug: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Test file, and a part of the title of the tests that run, of which one at least must fail. */
  readonly test: string;
  readonly title: string;
}

/**
 * Bugs that others made, or that would be easy to make. `npm run check:mutations` makes each of them in memory (mutations.config.ts) and
 * sees its test fail.
 */
export const MUTATIONS: readonly Mutation[] = [
  ...PUBLISHED,
  ...STREAMS,
  ...NETWORKS,
  ...TWO_STREAM,
  ...GENERATION,
  ...CODEC_MUTATIONS,
  ...LATENT,
  ...LIKELIHOODS,
  ...TRAINING,
  ...KERNELS,
  ...ORDER_MUTATIONS,
];
