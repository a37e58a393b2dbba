import type { Frame } from '@pixelrnn/core';
import { mayDepend, type Site } from '@pixelrnn/testing';

/**
 * Which inputs an output sees, by thought: from the taps that the papers draw, without looking at a layer. What a causal network may
 * see and does not is its blind spot.
 */
export type Sees = (output: Site, input: Site) => boolean;

/** A layer of one map: each output sees some of `here`, and `above` passes by. */
const plain =
  (sees: Sees): Sees =>
  (output, input) =>
    output.map === 'here'
      ? input.map === 'here' && sees(output, input)
      : input.map === 'above' && input.row === output.row && input.column === output.column;

/** Whether a kernel that stands at the output reaches the input: at most half its height above, half its width to either side. */
const reaches = ([height, width]: readonly [number, number], output: Site, input: Site): boolean =>
  output.row - input.row <= (height - 1) / 2 && Math.abs(input.column - output.column) <= (width - 1) / 2;

/** The half of a kernel before its centre, and of the centre what the colour rule shows; with ReLUs and 1×1 layers around it, too. */
export const convolutionSees = (kernel: readonly [number, number], mask: 'A' | 'B'): Sees =>
  plain((output, input) => mayDepend(output, input, mask) && reaches(kernel, output, input));

/** Layers of 1×1, such as a head. */
export const pointSees = convolutionSees([1, 1], 'B');

/**
 * A triangle: each row up is seen a column wider at both sides, and one more to the left, since every state sees its left neighbour.
 *
 *     x x x x x .        r − 2: c − 3 … c + 2
 *     . x x x x .        r − 1: c − 2 … c + 1
 *     . . x o . .
 */
export const rowLstmSees: Sees = plain((output, input) => {
  const [up, right] = [output.row - input.row, input.column - output.column];
  return mayDepend(output, input, 'B') && right <= up && right >= -up - 1;
});

/** The left stream sees what is neither below nor to the right; the right one, a row further up, all the rest. */
export const diagonalBiLstmSees = (directions: 1 | 2): Sees =>
  plain((output, input) => mayDepend(output, input, 'B') && (directions === 2 || input.column <= output.column));

/** Both stacks of the first layer look at the image: the vertical one at rows above, and through the link the horizontal one, too. */
export const firstGatedSees = (size: number): Sees => {
  return (output, input) => mayDepend(output, input, 'A') && reaches([size, size], output, input);
};

/** Later, what is above comes from `above` alone, up to the pixel's own row; `here` looks along its row. */
export const gatedSees = (size: number): Sees => {
  return (output, input) =>
    mayDepend(output, input, 'B') &&
    reaches([size, size], output, input) &&
    (input.map === 'above' || (output.map === 'here' && input.row === output.row));
};

/** One of several ways, such as skip connections. */
export const anySees =
  (...ways: readonly Sees[]): Sees =>
  (output, input) =>
    ways.some((sees) => sees(output, input));

/** Layers one after the other, on images of some size and colour groups: an output sees what is seen by anything that it sees. */
export function chainSees(size: Pick<Frame, 'height' | 'width'>, groups: number, layers: readonly Sees[]): Sees {
  const between = sitesBetween(size, groups);
  return layers.reduce((first, then) => {
    const known = new Map<string, boolean>();
    return (output, input) => {
      const key = JSON.stringify([output, input]);
      const seen = known.get(key) ?? between.some((site) => then(output, site) && first(site, input));
      known.set(key, seen);
      return seen;
    };
  });
}

function sitesBetween({ height, width }: Pick<Frame, 'height' | 'width'>, groups: number): Site[] {
  const places = Array.from({ length: height * width }, (_, i) => ({ row: Math.floor(i / width), column: i % width }));
  return places.flatMap((place) => [
    ...Array.from({ length: groups }, (_, group): Site => ({ map: 'here', ...place, group })),
    { map: 'above', ...place, group: 0 },
  ]);
}
