import { latest, type Row } from '../results/row.ts';
import { againstTorch, timesByPlace } from './pivot.ts';
import { kernelTable, qualityTable, samplingTable } from './tables.ts';

/** A part of the report: what it shows, for the rows of one device. */
interface Section {
  readonly title: string;
  readonly text: string;
  readonly of: (row: Row) => boolean;
  readonly table: (rows: readonly Row[]) => string;
}

const ofLatest =
  (table: Section['table']): Section['table'] =>
  (rows) =>
    table(latest(rows));

const startsWith = (prefix: string) => (row: Row) => row.task.startsWith(prefix);

const SECTIONS: readonly Section[] = [
  {
    title: 'Training step',
    text: 'A whole step: forward, backward, gradient norm, RMSProp, reading the metrics. Median ± half the distance of the quartiles.',
    of: startsWith('train/'),
    table: ofLatest(timesByPlace),
  },
  {
    title: 'Against PyTorch',
    text: 'The same step in PyTorch, tuned by hand (`apps/bench/peers`): same parameters, batch and loss, interleaved in one run.',
    of: startsWith('train/'),
    table: againstTorch,
  },
  {
    title: "On TensorFlow.js's own operations",
    text: 'The same step without our fused kernels.',
    of: startsWith('train-stock/'),
    table: ofLatest(timesByPlace),
  },
  {
    title: 'Kernels',
    text: 'Forward and backward pass together, as a share of what a 1024×1024 matrix product reaches in the same process. Operations are counted as in the formulas of the papers; neighbouring cells of an LSTM scan share some, so that a share may exceed 100 %.',
    of: (row) => row.task.startsWith('kernel/') && row.task.endsWith('/both'),
    table: ofLatest(kernelTable),
  },
  {
    title: 'Evaluation',
    text: 'Nats of a batch: a forward pass, read back.',
    of: startsWith('evaluate/'),
    table: ofLatest(timesByPlace),
  },
  {
    title: 'Sampling',
    text:
      'Whole images: with caches (`kernels`), and by a full pass of the network for each sub-pixel (naive). Passes: how many likelihood passes of the same ' +
      'images on WebAssembly, on as many threads, drawing takes, in turns. × naive: how often it fits into the fastest naive sampling of that batch. ' +
      "`pixelrnn-bench run --only 'sample/mnist-*,sample-naive/mnist-*' --backend wasm --threads 1,2`.",
    of: startsWith('sample'),
    table: ofLatest(samplingTable),
  },
  {
    title: 'Time to quality',
    text: 'Validation nats of the preset’s data set after so many minutes of its fast recipe.',
    of: startsWith('quality-'),
    table: ofLatest(qualityTable),
  },
];

/** The sections of one device that have something to show, as Markdown below a heading of the second level. */
export function deviceSections(rows: readonly Row[]): { title: string; markdown: string }[] {
  return SECTIONS.flatMap(({ title, text, of, table }) => {
    const own = rows.filter(of);
    const markdown = own.length > 0 ? table(own) : '';
    return markdown === '' ? [] : [{ title, markdown: `${text}\n\n${markdown}` }];
  });
}
