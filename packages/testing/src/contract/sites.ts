import type { Groups } from '@pixelrnn/core';

/** The groups of a map's `here` channels, and the channels of `above` where there is one. */
export interface MapLayout {
  readonly here: Groups;
  readonly above?: number;
}

/** A sub-pixel of one of the two maps of a layer: one colour group at one pixel (`above` has no groups). */
export interface Site {
  readonly map: 'here' | 'above';
  readonly row: number;
  readonly column: number;
  readonly group: number;
}

/** All sites of a map, in raster order. */
export function sitesOf({ here, above }: MapLayout, { height, width }: { height: number; width: number }): Site[] {
  const groups = [...new Set(here)].sort((a, b) => a - b);
  const all: Site[] = [];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      for (const group of groups) all.push({ map: 'here', row, column, group });
      if (above !== undefined) all.push({ map: 'above', row, column, group: 0 });
    }
  return all;
}

/**
 * The rule of causality: whether an output may depend on an input.
 *
 *                  from `here` at (r', c')                          from `above` at (r', c')
 *   to `here`      earlier pixels; its own by the colour rule       r' ≤ r
 *   to `above`     r' < r                                           r' ≤ r
 *
 * `above` at row r stands for pixels of rows < r, hence the rows of the last column.
 */
export function mayDepend(output: Site, input: Site, mask: 'A' | 'B'): boolean {
  if (input.map === 'above') return input.row <= output.row;
  if (input.row !== output.row) return input.row < output.row;
  if (output.map === 'above') return false;
  if (input.column !== output.column) return input.column < output.column;
  return input.group < output.group || (mask === 'B' && input.group === output.group);
}

/** Where the numbers of a site lie in item 0 of a flat map; later items follow `itemSize` numbers apart. */
export function indicesOf(site: Site, layout: MapLayout, width: number): number[] {
  const channels = site.map === 'here' ? layout.here.length : layout.above!;
  const first = (site.row * width + site.column) * channels;
  const own = (channel: number) => site.map === 'above' || layout.here[channel] === site.group;
  return Array.from({ length: channels }, (_, channel) => channel)
    .filter(own)
    .map((channel) => first + channel);
}

/** The same site for people: `here(row 1, column 2, group 0)`. */
export const siteName = ({ map, row, column, group }: Site): string =>
  map === 'here' ? `here(row ${row}, column ${column}, group ${group})` : `above(row ${row}, column ${column})`;
