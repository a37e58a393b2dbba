import type { Measured } from '../measure/measure.ts';
import { summarize } from '../measure/statistics.ts';
import { type Task, taskName } from '../tasks/task.ts';
import type { Row } from './row.ts';

/** What all rows of one task share. */
export type Conditions = Pick<Row, 'date' | 'device' | 'load' | 'versions' | 'commit' | 'threads'>;

/** A probe's times with the operations it did, where they are known. */
interface Timed {
  readonly name: string;
  readonly times: readonly number[];
  readonly flops?: number;
}

/**
 * The rows of a measurement: one; beside cached sampling one of a likelihood pass; for a kernel its forward pass, its backward pass, and both
 * together.
 */
export function rowsOf(task: Task, measured: Measured, conditions: Conditions): Row[] {
  const { ready, finished } = measured;
  const name = taskName(task);
  const stepsPerRun = task.kind === 'quality' ? (finished.outcome?.steps ?? 1) : 1;
  return timedParts(task, measured).map(({ name: part, times, flops }) => {
    const { median, min, q1, q3, count } = summarize(times);
    const perSecond = (amount: number) => amount / (median / 1000);
    return {
      ...conditions,
      task: part === '' ? name : `${name}/${part}`,
      preset: task.kind === 'kernel' ? task.kernel : task.model,
      backend: ready.backend,
      batch: task.batch,
      medianMs: round(median),
      minMs: round(min),
      q1Ms: round(q1),
      q3Ms: round(q3),
      runs: count,
      imagesPerSecond: round(perSecond(task.batch * stepsPerRun)),
      peakBytes: finished.peakBytes,
      fused: ready.fused,
      ...(flops && { gflops: round(perSecond(flops) / 1e9), peakGflops: peak(measured) }),
      ...(task.kind === 'quality' && finished.outcome),
    };
  });
}

function timedParts(task: Task, { timings, ready: { flops = {} } }: Measured): Timed[] {
  if (task.kind !== 'kernel')
    return Object.entries(timings).map(([probe, times]) => ({ name: probe === 'pass' ? probe : '', times }));
  const { forward, backward } = timings;
  return [
    { name: 'forward', times: forward, flops: flops.forward },
    { name: 'backward', times: backward, flops: flops.backward },
    {
      name: 'both',
      times: forward.map((ms, i) => ms + backward[i]),
      flops: flops.forward && flops.forward + flops.backward,
    },
  ];
}

const peak = ({ timings, ready }: Measured): number =>
  round((ready.flops?.matMul ?? 0) / (summarize(timings.matMul).median / 1000) / 1e9);

const round = (value: number) => Number(value.toPrecision(5));
