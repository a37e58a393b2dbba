/** Which numbers an option may be, and how a message says so. */
export interface NumberRule {
  readonly wanted: string;
  readonly allows: (value: number) => boolean;
}

export const COUNT: NumberRule = {
  wanted: 'a positive whole number',
  allows: (value) => Number.isInteger(value) && value >= 1,
};
export const POSITIVE: NumberRule = {
  wanted: 'a positive number',
  allows: (value) => value > 0 && Number.isFinite(value),
};
export const NOT_NEGATIVE: NumberRule = {
  wanted: 'a number of at least 0',
  allows: (value) => value >= 0 && Number.isFinite(value),
};
/** How much of an average is kept. */
export const DECAY: NumberRule = {
  wanted: 'a number of 0 … 1 (below 1)',
  allows: (value) => value >= 0 && value < 1,
};
/** What is left of a rate after a step. */
export const FACTOR: NumberRule = {
  wanted: 'a number above 0, of at most 1,',
  allows: (value) => value > 0 && value <= 1,
};

/** The value, if the rule allows it. */
export function checkNumber(who: string, option: string, value: unknown, { wanted, allows }: NumberRule): number {
  if (typeof value === 'number' && allows(value)) return value;
  throw new Error(
    `${who}: wanted ${wanted} for ${option}, got ${typeof value === 'number' ? value : JSON.stringify(value)}`,
  );
}

/** @throws if an option has none of these names */
export function checkNames(who: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).filter((key) => !names.includes(key));
  if (unknown.length === 0) return;
  const wanted = names.length > 0 ? `only ${names.join(', ')}` : 'no options';
  throw new Error(`${who}: wanted ${wanted}, got ${unknown.join(', ')}`);
}

/** Options over their defaults, all of them numbers. @throws if one is unknown or its rule does not allow it */
export function numberOptions<O extends { readonly [K in keyof O]: number }>(
  who: string,
  options: Partial<O>,
  rules: { readonly [K in keyof O]: NumberRule },
  defaults: O,
): { readonly [K in keyof O]: number } {
  checkNames(who, options, Object.keys(rules));
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const result = { ...defaults, ...Object.fromEntries(given) };
  for (const option of Object.keys(rules) as (keyof O & string)[])
    checkNumber(who, option, result[option], rules[option]);
  return result;
}
