import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { latest, type Row } from '../results/row.ts';
import { nameOf, placeOf, sortPlaces } from './pivot.ts';

const INK = '#1f2933';
const MUTED = '#a9b4c2';
const OURS = ['#c2410c', '#f59e0b', '#0f766e', '#7c3aed', '#2563eb'];
const WIDTH = 760;
const BAR = 13;

export interface Figure {
  readonly name: string;
  readonly svg: string;
}

/** The figures of one device: training steps, and kernels as a share of the peak. Those without data are left out. */
export function deviceFigures(rows: readonly Row[]): Figure[] {
  const current = latest(rows);
  const steps = current.filter(({ task }) => task.startsWith('train/'));
  const kernels = current.filter(({ task, gflops }) => task.startsWith('kernel/') && task.endsWith('/both') && gflops);
  return [
    ...(steps.length > 0 ? [{ name: 'train', svg: stepFigure(steps) }] : []),
    ...(kernels.length > 0 ? [{ name: 'kernels', svg: kernelFigure(kernels) }] : []),
  ];
}

const stepFigure = (rows: readonly Row[]): string =>
  bars(rows, {
    label: 'training step, ms (median, quartiles; logarithmic)',
    x: ({ medianMs }) => medianMs,
    low: ({ q1Ms }) => q1Ms,
    high: ({ q3Ms }) => q3Ms,
    type: 'log',
  });

const kernelFigure = (rows: readonly Row[]): string =>
  bars(rows, {
    label: 'share of the peak of a matrix product, %',
    x: ({ gflops, peakGflops }) => (100 * gflops!) / peakGflops!,
    type: 'linear',
  });

interface BarOptions {
  readonly label: string;
  readonly x: (row: Row) => number;
  readonly low?: (row: Row) => number;
  readonly high?: (row: Row) => number;
  readonly type: 'log' | 'linear';
}

/** Groups of horizontal bars: one group a preset, one bar a place. */
function bars(rows: readonly Row[], { label, x, low, high, type }: BarOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const places = sortPlaces([...new Set(rows.map(placeOf))]);
  const names = [...new Set(rows.map(nameOf))];
  const start = type === 'log' ? Math.min(...rows.map(x)) / 2 : 0;
  const shared = { fy: nameOf, y: placeOf };
  const plot = Plot.plot({
    document: document as unknown as Document,
    width: WIDTH,
    height: 60 + names.length * (places.length * BAR + 10),
    marginLeft: 190,
    marginRight: 16,
    style: { background: 'white', fontSize: '11px', color: INK },
    x: { label, type, grid: true, domain: [start, Math.max(...rows.map(high ?? x)) * 1.05] },
    y: { axis: null, domain: places },
    fy: { label: null, domain: names },
    color: { legend: false, domain: places, range: places.map(colorOf) },
    marks: [
      Plot.barX(rows, { ...shared, x1: start, x2: x, fill: placeOf }),
      ...(low && high ? [Plot.ruleY(rows, { ...shared, x1: low, x2: high, stroke: INK })] : []),
      Plot.text(rows, { ...shared, x: start, text: placeOf, textAnchor: 'start', dx: 4, fill: 'white', fontSize: 9 }),
    ],
  });
  plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${plot.outerHTML}\n`;
}

const colorOf = (place: string, index: number): string =>
  place.startsWith('torch') ? MUTED : OURS[index % OURS.length];
