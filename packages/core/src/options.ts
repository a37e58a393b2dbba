/**
 * Options over their defaults. An option that is missing or `undefined` takes its default; an unknown one, one of another type than
 * its default, or a number that is not a positive whole one is an error: every number of a layer or model is a size.
 *
 * @param who the factory, for the message
 * @param others names of the options that have no default
 */
export function withDefaults<O extends object, D extends Partial<O>>(
  who: string,
  options: O,
  defaults: D,
  others: readonly (keyof O & string)[],
): O & Required<D> {
  const names = [...others, ...Object.keys(defaults)];
  const unknown = Object.keys(options).filter((key) => !names.includes(key));
  if (unknown.length > 0) throw new Error(`${who}: wanted only ${names.join(', ')}, got ${unknown.join(', ')}`);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [key, value] of given) {
    const example = defaults[key as keyof D];
    if (example !== undefined && typeof value !== typeof example)
      throw new Error(`${who}: wanted a ${typeof example} for ${key}, got ${JSON.stringify(value)}`);
    if (typeof value === 'number' && (!Number.isInteger(value) || value < 1))
      throw new Error(`${who}: wanted a positive whole number for ${key}, got ${value}`);
  }
  return { ...defaults, ...Object.fromEntries(given) } as O & Required<D>;
}
