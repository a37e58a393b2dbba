import type { RunCallback, RunSummary } from './callback.ts';

/** A latent that tells less than this of an image, in nats, tells nothing. */
const NOTHING = 0.01;

/**
 * Warns, once in a session for each level of latents, of a posterior that has collapsed to the prior: no latent of the level tells anything of an
 * image, and what it conditions, the level below or the decoder, models images without it, which a strong one easily does (Bowman et al. 2016).
 * A level is what the model reports as a divergence: `kl`, or `klTop` and `klBottom`, of which the top often collapses alone.
 */
export function collapse(onWarning: (line: string) => void): RunCallback {
  const told = new Set<string>();
  return {
    onSummary({ step, terms }: RunSummary) {
      for (const [name, divergences] of Object.entries(terms ?? {})) {
        const isCollapsed = name.startsWith('kl') && divergences.every((nats) => nats < NOTHING);
        if (!isCollapsed || told.has(name)) continue;
        told.add(name);
        onWarning(
          `step ${step}: the posterior has collapsed: none of the ${divergences.length} latents of ${name} tells ${NOTHING} nats of an image; try a longer warm-up or a weaker decoder`,
        );
      }
    },
  };
}
