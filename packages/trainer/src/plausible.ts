/** A result below this is a mistake: a leak of the future, a wrong unit, or another variant of the data. */
export interface PlausibleMinimum {
  readonly nats?: number;
  readonly bitsPerDim?: number;
}

/**
 * What no model has come near on held-out images of a data set, by its name: the best published are about 78 nats on binarized
 * MNIST and 2.80 bits/dim (autoregressive) on CIFAR-10.
 */
export const PLAUSIBLE_MINIMA: { readonly [dataset: string]: PlausibleMinimum | undefined } = {
  'binarized-mnist': { nats: 70 },
  cifar10: { bitsPerDim: 2.5 },
};

/** A warning if the result is better than plausible. */
export function implausible(
  result: { nats: number; bitsPerDim: number },
  minimum: PlausibleMinimum,
): string | undefined {
  const tooGood = (value: number, least: number | undefined, unit: string) =>
    least !== undefined && value < least
      ? `${value.toFixed(3)} ${unit} is implausibly good (below ${least}): check the masks, the units and the data`
      : undefined;
  return tooGood(result.nats, minimum.nats, 'nats') ?? tooGood(result.bitsPerDim, minimum.bitsPerDim, 'bits/dim');
}
