import type { Samples } from '@pixelrnn/generate';

/** The nats of images that were drawn, and what they are given where they are no likelihood: part of a result. */
export const natsOf = ({ nats, natsGiven }: Pick<Samples, 'nats' | 'natsGiven'>) => ({
  nats: [...nats],
  ...(natsGiven.length > 0 && { natsGiven: [...natsGiven] }),
});
