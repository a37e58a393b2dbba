import type { JsonObject } from '@pixelrnn/core';
import { lineProcess } from './line-process.ts';
import type { LocalOptions } from './local-contestant.ts';
import type { Contestant, Finished, Ready, Timings } from './protocol.ts';

export interface WorkerOptions extends LocalOptions {
  /** The program that serves as a worker when it is started with the argument `worker`. */
  readonly program: string;
}

/** Our code in a process of its own: thread settings and peak memory are those of one measurement. */
export function workerContestant({ program, ...options }: WorkerOptions): Contestant {
  const { backend, threads } = options;
  const label = `${backend}, ${threads ?? 'all'} threads`;
  const child = lineProcess({ command: process.execPath, args: [program, 'worker', JSON.stringify(options)], label });
  return {
    label,
    prepare: (task) => child.ask<Ready>({ op: 'prepare', task }),
    exchange: (file) => child.ask<JsonObject>({ op: 'exchange', file }),
    run: (count) => child.ask<Timings>({ op: 'run', count }),
    finish: () => child.ask<Finished>({ op: 'finish' }),
    close: () => child.close(),
  };
}
