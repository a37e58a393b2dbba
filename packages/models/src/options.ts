import type { ImageSpec, JsonObject } from '@pixelrnn/core';

/** Fills in defaults; an option that the factory does not know is an error, not a silent typo. */
export function resolveOptions<O extends object, D extends Partial<O>>(
  system: string,
  options: O,
  defaults: D,
  known: readonly string[],
): O & D {
  const names = new Set([...known, ...Object.keys(defaults)]);
  const unknown = Object.keys(options).filter((key) => !names.has(key));
  if (unknown.length > 0) throw new Error(`${system}: wanted only ${[...names].join(', ')}, got ${unknown.join(', ')}`);
  const resolved = { ...defaults, ...options };
  for (const [key, value] of Object.entries(resolved))
    if (typeof value === 'number' && (!Number.isInteger(value) || value < 1))
      throw new Error(`${system}: wanted a positive whole number for ${key}, got ${value}`);
  checkImage(system, (resolved as { image?: ImageSpec }).image);
  return resolved;
}

function checkImage(system: string, image: ImageSpec | undefined): void {
  const { height, width, channels, levels } = image ?? {};
  const good = (value: unknown, min: number) => Number.isInteger(value) && (value as number) >= min;
  if (!good(height, 1) || !good(width, 1) || !good(channels, 1) || !good(levels, 2))
    throw new Error(
      `${system}: wanted image = { height, width, channels ≥ 1, levels ≥ 2 }, got ${JSON.stringify(image)}`,
    );
}

/** Options as the config that `createModel` reads. */
export const systemConfig = (system: string, options: object): JsonObject => ({ system, ...options }) as JsonObject;
