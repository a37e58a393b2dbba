import type { Frame } from '@pixelrnn/core';
import type { Sees } from './sees.ts';

/** The pixels that each cell of a map depends on, one bit for each. */
type Seen = readonly (readonly bigint[])[];
type Offset = readonly [row: number, column: number];

const NOTHING = 0n;
const at = (map: Seen, row: number, column: number): bigint => map[row]?.[column] ?? NOTHING;
const union = (...maps: readonly Seen[]): Seen =>
  maps[0].map((row, r) => row.map((_, c) => maps.reduce((all, map) => all | map[r][c], NOTHING)));

/** Each cell sees what the cells see that its kernel reads. */
function convolved(map: Seen, kernel: readonly Offset[], stride = 1): Seen {
  const every = <T>(cells: readonly T[]) => cells.filter((_, i) => i % stride === 0);
  return every(map).map((row, r) =>
    every(row).map((_, c) =>
      kernel.reduce((all, [dr, dc]) => all | at(map, stride * r + dr, stride * c + dc), NOTHING),
    ),
  );
}

const box = (rows: readonly number[], columns: readonly number[]): Offset[] =>
  rows.flatMap((row) => columns.map((column) => [row, column] as const));
const ABOVE = box([-1, 0], [-1, 0, 1]);
const HERE = box([-1, 0], [-1, 0]);

/** x + conv(conv(x) + others) */
const resnet = (x: Seen, kernel: readonly Offset[], ...others: readonly Seen[]): Seen =>
  union(x, convolved(union(convolved(x, kernel), ...others), kernel));

/** Both columns of a pair see their own cell; in `above`, the second also the next one. */
const doubled = (map: Seen, seesNext: boolean): Seen =>
  map
    .map((row) => row.flatMap((cell, c) => [cell, seesNext ? cell | (row[c + 1] ?? NOTHING) : cell]))
    .flatMap((row) => [row, row]);

/**
 * What the network of PixelCNN++ sees of an image, by thought: its two streams at all resolutions, as sets of pixels. It never sees its
 * own pixel, nor what comes after it.
 */
export function twoStreamSees(
  { height, width }: Pick<Frame, 'height' | 'width'>,
  resnets: number,
  scales: number,
): Sees {
  const up = (side: number) => 2 ** (scales - 1) * Math.ceil(side / 2 ** (scales - 1));
  const bit = (row: number, column: number) =>
    row < height && column < width ? 1n << BigInt(row * width + column) : NOTHING;
  const image = Array.from({ length: up(height) }, (_, r) => Array.from({ length: up(width) }, (_, c) => bit(r, c)));

  const remembered: { above: Seen; here: Seen }[] = [];
  let above = convolved(image, box([-2, -1], [-1, 0, 1]));
  let here = convolved(image, [...box([-1], [-1, 0, 1]), [0, -1]]);
  for (let scale = 0; scale < scales; scale++) {
    if (scale > 0) [above, here] = [convolved(above, ABOVE, 2), convolved(here, HERE, 2)];
    remembered.push({ above, here });
    for (let i = 0; i < resnets; i++) {
      above = resnet(above, ABOVE);
      here = resnet(here, HERE, above);
      remembered.push({ above, here });
    }
  }
  remembered.pop();
  for (let scale = scales - 1; scale >= 0; scale--) {
    const isDeepest = scale === scales - 1;
    if (!isDeepest) [above, here] = [doubled(above, true), doubled(here, false)];
    for (let i = 0; i < resnets + (isDeepest ? 0 : 1); i++) {
      const shortCut = remembered.pop()!;
      above = resnet(above, ABOVE, shortCut.above);
      here = resnet(here, HERE, above, shortCut.here);
    }
  }
  return (output, input) => (here[output.row][output.column] & bit(input.row, input.column)) !== NOTHING;
}
