import { drawFigure } from '@pixelrnn/experiment';
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
export async function deviceFigures(rows: readonly Row[]): Promise<Figure[]> {
  const current = latest(rows);
  const steps = current.filter(({ task }) => task.startsWith('train/'));
  const kernels = current.filter(({ task, gflops }) => task.startsWith('kernel/') && task.endsWith('/both') && gflops);
  return [
    ...(steps.length > 0 ? [{ name: 'train', svg: await stepFigure(steps) }] : []),
    ...(kernels.length > 0 ? [{ name: 'kernels', svg: await kernelFigure(kernels) }] : []),
  ];
}

const stepFigure = (rows: readonly Row[]): Promise<string> =>
  bars(rows, {
    label: 'training step, ms (median, quartiles; logarithmic)',
    x: ({ medianMs }) => medianMs,
    low: ({ q1Ms }) => q1Ms,
    high: ({ q3Ms }) => q3Ms,
    type: 'log',
  });

const kernelFigure = (rows: readonly Row[]): Promise<string> =>
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
async function bars(rows: readonly Row[], { label, x, low, high, type }: BarOptions): Promise<string> {
  const places = sortPlaces([...new Set(rows.map(placeOf))]);
  const names = [...new Set(rows.map(nameOf))];
  const start = type === 'log' ? Math.min(...rows.map(x)) / 2 : 0;
  const shared = { fy: nameOf, y: placeOf };
  const svg = await drawFigure((Plot) => ({
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
  }));
  return `${svg}\n`;
}

const colorOf = (place: string, index: number): string =>
  place.startsWith('torch') ? MUTED : OURS[index % OURS.length];
