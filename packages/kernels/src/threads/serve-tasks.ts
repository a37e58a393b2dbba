import type { AT, Control } from './control.ts';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Upper end of its stack. */
  readonly stack: number;
  readonly control: Control;
  /** Which of the threads it is; the caller is 0. */
  readonly thread: number;
  readonly at: typeof AT;
}

/**
 * All that a worker does, without an end: tasks of the caller's instance of the module, by an instance of its own in the same memory. Its text is the
 * worker's program, so it may name nothing from outside.
 */
export function serveTasks({ module, memory, stack, control, thread, at }: WorkerSetup, ready: () => void): void {
  const { ticket, words } = control;
  /** How often to look for work before it goes to sleep: waking up takes as long as a small task. */
  const PATIENCE = 2000;
  const refuse = () => {
    throw new Error('a task asked for memory or threads');
  };
  const env = { memory, allocate: refuse, parallel: refuse, threads: () => 1 };
  const { exports } = new WebAssembly.Instance(module, { env });
  const stackPointer = exports.__stack_pointer as WebAssembly.Global;
  stackPointer.value = stack;
  const runTask = exports.runTask as (task: number, closure: number, index: number, scratch: number) => void;

  function work(): void {
    for (;;) {
      const taken = Atomics.add(ticket, 0, 1n);
      const index = Number(BigInt.asIntN(32, taken));
      const tasks = Atomics.load(words, at.tasks); // before the round, which is written before it
      if (Atomics.load(words, at.round) !== Number(taken >> 32n)) continue;
      if (index >= tasks) return;
      try {
        runTask(words[at.task], words[at.closure], index, words[at.scratch + thread]);
      } catch {
        Atomics.store(words, at.failed, 1);
        stackPointer.value = stack; // a trap leaves it where it was
      }
      Atomics.add(words, at.done, 1);
      Atomics.notify(words, at.done);
    }
  }

  let seen = Atomics.load(words, at.wake);
  ready();
  for (;;) {
    for (let i = 0; i < PATIENCE && Atomics.load(words, at.wake) === seen; i++);
    Atomics.wait(words, at.wake, seen);
    seen = Atomics.load(words, at.wake);
    work();
  }
}
