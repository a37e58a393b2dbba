/** Nats and bits per dimension of one image, in words. */
export const likelihoods = ({ nats, bitsPerDim }: { nats: number; bitsPerDim: number }) =>
  `${nats.toFixed(2)} nats, ${bitsPerDim.toFixed(4)} bits/dim`;
