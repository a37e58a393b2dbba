/**
 * Options over their defaults. An option that is missing or `undefined` takes its default; an unknown one, one of another type than
 * its default, or a number that is not a positive whole one is an error: numbers of a layer or model are sizes, but for those named
 * as fractions, from 0 up to, not including, 1 (dropout).
 *
 * @param who the factory, for the message
 * @param others names of the options that have no default
 */
export function withDefaults<O extends object, D extends Partial<O>>(
  who: string,
  options: O,
  defaults: D,
  others: readonly (keyof O & string)[],
  fractions: readonly (keyof O & string)[] = [],
): O & Required<D> {
  const names = [...others, ...Object.keys(defaults)];
  const unknown = Object.keys(options).filter((key) => !names.includes(key));
  if (unknown.length > 0) throw new Error(`${who}: wanted only ${names.join(', ')}, got ${unknown.join(', ')}`);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [key, value] of given) {
    const example = defaults[key as keyof D];
    if (example !== undefined && typeof value !== typeof example)
      throw new Error(`${who}: wanted a ${typeof example} for ${key}, got ${JSON.stringify(value)}`);
    if (typeof value === 'number') checkNumber(who, key, value, (fractions as readonly string[]).includes(key));
  }
  return { ...defaults, ...Object.fromEntries(given) } as O & Required<D>;
}

function checkNumber(who: string, key: string, value: number, isFraction: boolean): void {
  if (isFraction ? value >= 0 && value < 1 : Number.isInteger(value) && value >= 1) return;
  const wanted = isFraction ? 'a fraction of 0 … 1 (below 1)' : 'a positive whole number';
  throw new Error(`${who}: wanted ${wanted} for ${key}, got ${value}`);
}
