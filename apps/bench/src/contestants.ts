import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackendChoice } from '@pixelrnn/backends';
import type { Entrant } from './measure/measure.ts';
import type { Task } from './tasks/task.ts';
import type { Contestant } from './worker/protocol.ts';
import { torchContestant } from './worker/torch-contestant.ts';

/** One of ours who is to take part. */
export interface Place {
  readonly backend: BackendChoice;
  readonly threads: number;
}

export interface Rival {
  readonly python: string;
  readonly script: string;
  readonly device: 'cpu' | 'cuda';
}

export interface LineUpOptions {
  readonly places: readonly Place[];
  readonly start: (place: Place) => Contestant;
  /** PyTorch, beside our training steps. */
  readonly rival?: Rival;
  /** Told of everyone who cannot take part, and why. */
  readonly note: (line: string) => void;
}

/** An entrant and its number of threads. */
export type Placed = Entrant & { readonly threads: number };

/** Makes everyone ready who can do the task. The caller closes them. */
export async function lineUp(task: Task, options: LineUpOptions): Promise<readonly Placed[]> {
  const { places, start, rival, note } = options;
  const enter = async (contestant: Contestant, threads: number): Promise<Placed[]> => {
    try {
      const ready = await contestant.prepare(task);
      if (ready.notFused) note(`  ${contestant.label}: no fused kernels: ${ready.notFused}`);
      return [{ contestant, ready, threads }];
    } catch (error) {
      note(`  left out: ${(error as Error).message}`);
      contestant.close();
      return [];
    }
  };
  const ours: Placed[] = [];
  for (const place of places) ours.push(...(await enter(start(place), place.threads)));
  if (!rival || task.kind !== 'train' || task.stock || ours.length === 0) return ours;

  const folder = await mkdtemp(join(tmpdir(), 'pixelrnn-bench-'));
  try {
    const file = join(folder, 'exchange.safetensors');
    const config = await ours[0].contestant.exchange!(file);
    const theirs: Placed[] = [];
    for (const threads of new Set(ours.map((entrant) => entrant.threads)))
      theirs.push(...(await enter(torchContestant({ ...rival, threads, file, config }), threads)));
    return [...ours, ...theirs];
  } finally {
    await rm(folder, { recursive: true });
  }
}
