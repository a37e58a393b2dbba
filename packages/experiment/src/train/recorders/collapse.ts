import type { RunCallback, RunSummary } from './callback.ts';

/** A latent that tells less than this of an image, in nats, tells nothing. */
const NOTHING = 0.01;

/**
 * Warns, once in a session, of a posterior that has collapsed to the prior: no latent of a model tells anything of an image, and the decoder
 * models images alone, which a strong one easily does (Bowman et al. 2016).
 */
export function collapse(onWarning: (line: string) => void): RunCallback {
  let isTold = false;
  return {
    onSummary({ step, terms }: RunSummary) {
      const divergences = Object.entries(terms ?? {}).flatMap(([name, values]) =>
        name.startsWith('kl') ? values : [],
      );
      if (isTold || divergences.length === 0 || divergences.some((nats) => nats >= NOTHING)) return;
      isTold = true;
      onWarning(
        `step ${step}: the posterior has collapsed: none of ${divergences.length} latents tells ${NOTHING} nats of an image; try a longer warm-up or a weaker decoder`,
      );
    },
  };
}
