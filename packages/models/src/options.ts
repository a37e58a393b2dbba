import { type ImageSpec, type JsonObject, withDefaults } from '@pixelrnn/core';

/** Options over their defaults, image included. */
export function resolveOptions<O extends { readonly image: ImageSpec }, D extends Partial<O>>(
  system: string,
  options: O,
  defaults: D,
  others: readonly (keyof O & string)[],
): O & Required<D> {
  checkImage(system, options.image);
  return withDefaults(system, options, defaults, others);
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
