/** One result with its conditions: a line of `results/<device>.csv`, and what `--json` prints. */
export interface Row {
  /** When the task began, ISO 8601: the same for all that were measured in turns. */
  readonly date: string;
  /** `train/mnist-row-lstm`, `kernel/lstm-layer-row-h16/forward`, … */
  readonly task: string;
  /** Name of the model or of the kernel case. */
  readonly preset: string;
  readonly backend: string;
  readonly threads: number;
  readonly batch: number;
  readonly medianMs: number;
  readonly minMs: number;
  readonly q1Ms: number;
  readonly q3Ms: number;
  /** How many timings these are of. */
  readonly runs: number;
  readonly imagesPerSecond: number;
  readonly peakBytes: number;
  /** Whether fused kernels of ours did the work. */
  readonly fused?: boolean;
  /** Arithmetic of a kernel, and that of a large matrix product in the same process. */
  readonly gflops?: number;
  readonly peakGflops?: number;
  /** Quality tasks: validation nats per image after so many steps. */
  readonly nats?: number;
  readonly steps?: number;
  readonly device: string;
  /** Processes that were waiting for the machine when the task began: its one-minute load average. */
  readonly load: number;
  readonly versions: string;
  readonly commit?: string;
}

const TYPES = {
  date: 'string',
  task: 'string',
  preset: 'string',
  backend: 'string',
  threads: 'number',
  batch: 'number',
  medianMs: 'number',
  minMs: 'number',
  q1Ms: 'number',
  q3Ms: 'number',
  runs: 'number',
  imagesPerSecond: 'number',
  peakBytes: 'number',
  fused: 'boolean',
  gflops: 'number',
  peakGflops: 'number',
  nats: 'number',
  steps: 'number',
  device: 'string',
  load: 'number',
  versions: 'string',
  commit: 'string',
} as const satisfies Record<keyof Row, 'string' | 'number' | 'boolean'>;

/** The columns of a result file, in order. */
export const COLUMNS = Object.keys(TYPES) as readonly (keyof Row)[];

/** A row as the cells of a table; what is not known is an empty cell. */
export const cellsOf = (row: Row): string[] => COLUMNS.map((column) => String(row[column] ?? ''));

/** The row of cells named by a header. A column that is not known (of another version) is left out. */
export function rowOf(header: readonly string[], cells: readonly string[]): Row {
  const entries = header.flatMap((column, i) => {
    const type = TYPES[column as keyof Row];
    return type === undefined || cells[i] === '' ? [] : [[column, parse(cells[i], type)]];
  });
  return Object.fromEntries(entries) as Row;
}

function parse(cell: string, type: 'string' | 'number' | 'boolean'): string | number | boolean {
  if (type === 'string') return cell;
  return type === 'number' ? Number(cell) : cell === 'true';
}

/** What a measurement is of: of two rows with the same key, the later one counts. */
export const keyOf = ({ task, backend, threads, batch, device }: Row): string =>
  [task, backend, threads, batch, device].join(' | ');

/** The latest row of each key. */
export const latest = (rows: readonly Row[]): Row[] => [...new Map(rows.map((row) => [keyOf(row), row])).values()];
