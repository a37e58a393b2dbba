import type { NamedConfig } from '../json.ts';
import { registry } from '../registry.ts';
import type { ImageSpec } from '../units.ts';
import { embedded } from './embedded.ts';
import type { Encoding } from './encoding.ts';
import { oneHot } from './one-hot.ts';
import { scaled } from './scaled.ts';

/** Builds an encoding from its options; `channels` and `levels`, where they are not among these, are the image's. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds factories of every options type; each checks its own.
export type EncodingFactory = (options: any) => Encoding<any>;

const ENCODINGS = registry<EncodingFactory>('Encoding', { scaled, oneHot, embedded });

/**
 * Makes an encoding of your own known by name, so that configs and checkpoints can hold it, and every system can be given it. Its
 * factory must build the same encoding from `encoding.config`.
 */
export const registerEncoding = (name: string, factory: EncodingFactory): void => ENCODINGS.register(name, factory);

/**
 * Builds an encoding for images of some channels and levels.
 * @param chosen a name, or a name and options
 */
export function createEncoding(
  chosen: string | NamedConfig,
  { channels, levels }: Pick<ImageSpec, 'channels' | 'levels'>,
): Encoding {
  const { name, config } = typeof chosen === 'string' ? { name: chosen, config: {} } : chosen;
  return ENCODINGS.get(name)({ channels, levels, ...config });
}
