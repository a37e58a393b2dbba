import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface CurvesOptions {
  readonly train: readonly Point[];
  readonly valid: readonly Point[];
  readonly xLabel: string;
  readonly yLabel: string;
}

export const COLORS = { train: '#a9b4c2', valid: '#c2410c', ink: '#1f2933' };

const SIZE = { width: 420, height: 250 };
/** Share of the highest values that may lie outside: the first steps would flatten everything else. */
const CUT = 0.03;

/** Training and validation curves as one SVG element. */
export function curves({ train, valid, xLabel, yLabel }: CurvesOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const plot = Plot.plot({
    document: document as unknown as Document,
    ...SIZE,
    marginLeft: 48,
    marginBottom: 38,
    style: { background: 'transparent', fontSize: '11px', color: COLORS.ink },
    x: { label: xLabel, nice: true },
    y: { label: yLabel, nice: true, grid: true, domain: range(train, valid), clamp: true },
    marks: [
      Plot.line(train, { x: 'x', y: 'y', stroke: COLORS.train, strokeWidth: 1 }),
      Plot.line(valid, { x: 'x', y: 'y', stroke: COLORS.valid, strokeWidth: 1.75 }),
      Plot.dot(valid, { x: 'x', y: 'y', fill: COLORS.valid, r: 2.5 }),
    ],
  });
  return plot.outerHTML;
}

function range(train: readonly Point[], valid: readonly Point[]): [number, number] {
  const values = train.map(({ y }) => y).sort((a, b) => a - b);
  const high = values[Math.floor((values.length - 1) * (1 - CUT))];
  const all = [...valid.map(({ y }) => y), ...(values.length > 0 ? [values[0], high] : [])];
  return [Math.min(...all), Math.max(...all)];
}
