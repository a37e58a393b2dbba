import type { JsonObject, NamedConfig } from '@pixelrnn/core';

/** A mapping as it is stored, without its ends, which follow from the rest. */
export function withoutEnds({ name, config }: NamedConfig): NamedConfig & JsonObject {
  const { inputs: _, outputs: __, ...own } = config;
  return { name, config: own };
}

/** A stored mapping, between these ends. */
export const withEnds = (
  { name, config }: NamedConfig,
  inputs: readonly number[],
  outputs: readonly number[],
): NamedConfig => ({ name, config: { inputs: [...inputs], outputs: [...outputs], ...config } });
