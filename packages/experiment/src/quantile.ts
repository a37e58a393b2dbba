/**
 * The value below which a share of the values lies, linear between neighbours (Hyndman & Fan 1996, type 7); NaN of no values.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return below + (position % 1) * (above - below);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
