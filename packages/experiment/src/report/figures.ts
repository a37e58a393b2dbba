import { drawFigure } from './draw-figure.ts';

/** A point of a curve: negative log-likelihood over steps or minutes. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The curves of a run and the names of the axes. */
export interface CurvesOptions {
  readonly train: readonly Point[];
  readonly valid: readonly Point[];
  readonly xLabel: string;
  readonly yLabel: string;
}

export const COLORS = { train: '#a9b4c2', valid: '#c2410c', ink: '#1f2933' };

const SIZE = { width: 420, height: 250 };
/** The share of the run at whose end the vertical axis begins: the first steps would flatten everything after them. */
const STEEP = 0.2;

/** At most so many points of the training curve, each the mean of some: single batches scatter. */
const POINTS = 100;

/** Training and validation curves as one SVG element; what lies above the curves' later part is cut off. */
export function curves({ train: batches, valid, xLabel, yLabel }: CurvesOptions): Promise<string> {
  const train = means(batches);
  return drawFigure((Plot) => ({
    ...SIZE,
    marginLeft: 48,
    marginBottom: 38,
    style: { background: 'transparent', fontSize: '11px', color: COLORS.ink },
    x: { label: xLabel, nice: true },
    y: { label: yLabel, nice: true, grid: true, domain: range(train, valid) },
    marks: [
      Plot.line(train, { x: 'x', y: 'y', stroke: COLORS.train, strokeWidth: 1, clip: true }),
      Plot.line(valid, { x: 'x', y: 'y', stroke: COLORS.valid, strokeWidth: 1.75, clip: true }),
      Plot.dot(valid, { x: 'x', y: 'y', fill: COLORS.valid, r: 2.5, clip: true }),
    ],
  }));
}

function means(points: readonly Point[]): Point[] {
  const size = Math.ceil(points.length / POINTS);
  return Array.from({ length: Math.ceil(points.length / size) || 0 }, (_, i) => {
    const group = points.slice(i * size, (i + 1) * size);
    const mean = (value: (point: Point) => number) =>
      group.reduce((sum, point) => sum + value(point), 0) / group.length;
    return { x: mean(({ x }) => x), y: mean(({ y }) => y) };
  });
}

function range(train: readonly Point[], valid: readonly Point[]): [number, number] {
  const all = [...train, ...valid];
  const end = Math.max(...all.map(({ x }) => x));
  const flat = all.filter(({ x }) => x > STEEP * end).map(({ y }) => y);
  return [Math.min(...flat), Math.max(...flat)];
}
