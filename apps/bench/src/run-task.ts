import { loadavg } from 'node:os';
import { environment } from '@pixelrnn/experiment';
import { lineUp, type Place, type Placed, type Rival } from './contestants.ts';
import { type MeasureOptions, measure } from './measure/measure.ts';
import { cpuDevice, nvidiaGpu, readCpuinfo } from './results/device.ts';
import type { Row } from './results/row.ts';
import { type Conditions, rowsOf } from './results/rows-of.ts';
import type { Task } from './tasks/task.ts';
import { workerContestant } from './worker/worker-contestant.ts';

export interface RunTaskOptions {
  readonly places: readonly Place[];
  readonly rival?: Rival;
  readonly program: string;
  readonly dataDir?: string;
  readonly measure: Partial<MeasureOptions>;
  /** Trains for minutes on the first place alone that can. */
  readonly trainsOnce?: boolean;
  readonly note: (line: string) => void;
}

/** Measures one task: everyone together who can do it, each in a process of its own. */
export async function runTask(task: Task, options: RunTaskOptions): Promise<Row[]> {
  const moment = { date: new Date().toISOString(), load: Number(loadavg()[0].toFixed(2)) };
  const { places, rival, program, dataDir, trainsOnce, note } = options;
  const start = (place: Place) => workerContestant({ program, dataDir, ...place });
  const rows: Row[] = [];
  for (const group of groupsOf(task, places)) {
    if (trainsOnce && task.kind === 'quality' && rows.length > 0) break;
    const entrants = await lineUp(task, { places: group, start, rival, note });
    try {
      if (entrants.length === 0) continue;
      const measured = await measure(entrants, { ...options.measure, once: task.kind === 'quality' });
      for (const [i, one] of measured.entries()) rows.push(...rowsOf(task, one, await conditions(entrants[i], moment)));
    } catch (error) {
      note(`  failed: ${(error as Error).message}`);
    } finally {
      for (const { contestant } of entrants) contestant.close();
    }
  }
  return rows;
}

/**
 * Who is measured together. Training for minutes is done by one after the other, and so is cached sampling, in its numbers of threads: it is the same
 * on every backend, and beside a likelihood pass on WebAssembly, whose kernels it has.
 */
function groupsOf(task: Task, places: readonly Place[]): (readonly Place[])[] {
  if (task.kind === 'quality') return places.map((place) => [place]);
  if (task.kind === 'sample' && !task.naive)
    return [...new Set(places.map(({ threads }) => threads))].map((threads) => [{ backend: 'wasm', threads }]);
  return [places];
}

async function conditions({ ready, threads }: Placed, moment: Pick<Conditions, 'date' | 'load'>): Promise<Conditions> {
  const { pixelrnn, node, cpu, cores, commit } = environment();
  const gpu = ready.gpu && ((await nvidiaGpu()) ?? ready.gpu);
  const measuredAt = process.env.PIXELRNN_COMMIT ?? commit;
  return {
    ...moment,
    device: gpu ?? cpuDevice(String(cpu), Number(cores), await readCpuinfo()),
    versions: `pixelrnn ${pixelrnn} node ${node} ${ready.versions}`,
    ...(measuredAt && { commit: String(measuredAt) }),
    threads,
  };
}
