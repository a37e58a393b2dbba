import type { KernelMemory } from '../kernel-memory.ts';
import { STACK_BYTES, stackEnd } from '../module.ts';
import { AT, createControl } from './control.ts';
import type { WorkerSetup } from './serve-tasks.ts';
import { startThread, type Thread } from './start-thread.ts';

/** Does task `index`: pointers to its function, which is the same in every instance, to its closure, and to scratch. */
export type RunTask = (task: number, closure: number, index: number, scratch: number) => void;

/** The thread that calls kernels, and workers that do tasks for it. */
export interface Team {
  /** How many they are together. */
  readonly threads: number;
  /**
   * Does `tasks` tasks on all threads, in any order, and returns when all are done.
   * @param runTask of the caller's instance
   * @param scratch a pointer for each thread
   */
  run(runTask: RunTask, tasks: number, task: number, closure: number, scratch: readonly number[]): void;
  /** Ends the workers. */
  end(): void;
}

/**
 * Starts workers, in Node and in browsers, each with an instance of the module in the same memory.
 * @param threads 2 or more
 * @param memory a shared one, in which the workers get their stacks, too
 */
export async function startTeam(
  threads: number,
  module: WebAssembly.Module,
  { memory, malloc, free }: KernelMemory,
): Promise<Team> {
  const control = createControl(threads);
  const { ticket, words } = control;
  const stacks = Array.from({ length: threads - 1 }, () => malloc(STACK_BYTES));
  const freeStacks = () => stacks.forEach(free);
  const setups = stacks.map(
    (stack, i): WorkerSetup => ({ module, memory, stack: stackEnd(stack), control, thread: i + 1, at: AT }),
  );
  const workers = await allOrNone(setups.map(startThread)).catch((error: unknown) => {
    freeStacks();
    throw error;
  });
  const wait = canWait(words) ? sleep : spin;

  function begin(tasks: number, task: number, closure: number, scratch: readonly number[]): void {
    const round = (words[AT.round] + 1) | 0;
    Atomics.store(words, AT.round, round);
    Atomics.store(words, AT.tasks, tasks);
    words.set([task, closure], AT.task);
    words.set(scratch, AT.scratch);
    Atomics.store(words, AT.done, 0);
    Atomics.store(words, AT.failed, 0);
    Atomics.store(ticket, 0, BigInt(round) << 32n);
    Atomics.add(words, AT.wake, 1);
    Atomics.notify(words, AT.wake);
  }

  return {
    threads,
    run(runTask, tasks, task, closure, scratch) {
      begin(tasks, task, closure, scratch);
      const next = () => Number(BigInt.asIntN(32, Atomics.add(ticket, 0, 1n)));
      const doOne = (index: number) => {
        try {
          runTask(task, closure, index, scratch[0]);
        } finally {
          Atomics.add(words, AT.done, 1);
        }
      };
      try {
        for (let index = next(); index < tasks; index = next()) doOne(index);
      } finally {
        wait(words, tasks); // also where a task has failed: the others write to memory that is freed afterwards
      }
      if (Atomics.load(words, AT.failed)) throw new Error('a task of a kernel failed in a thread of its own');
    },
    end() {
      for (const worker of workers) worker.terminate();
      freeStacks();
    },
  };
}

/** @throws why one did not start, when the others have ended */
async function allOrNone(starting: readonly Promise<Thread>[]): Promise<Thread[]> {
  const settled = await Promise.allSettled(starting);
  const workers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = settled.find((one) => one.status === 'rejected');
  if (!failed) return workers;
  for (const worker of workers) worker.terminate();
  throw failed.reason;
}

/** Waits until so many tasks are done. */
type Wait = (words: Int32Array, tasks: number) => void;

const sleep: Wait = (words, tasks) => {
  for (let done = Atomics.load(words, AT.done); done < tasks; done = Atomics.load(words, AT.done))
    Atomics.wait(words, AT.done, done);
};

/** The main thread of a page may not sleep. */
const spin: Wait = (words, tasks) => {
  while (Atomics.load(words, AT.done) < tasks);
};

function canWait(words: Int32Array): boolean {
  try {
    Atomics.wait(words, AT.done, -1, 0);
    return true;
  } catch {
    return false;
  }
}
