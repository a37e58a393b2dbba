import { WASM_BASE64 } from '../generated/training.ts';
import type { KernelMemory } from '../kernel-memory.ts';
import { bytesOf, instantiate, STACK_BYTES } from '../module.ts';
import { FUSED_KERNELS, OPTIMIZER_KERNELS, PARAMETER_KERNELS } from '../ops.ts';
import { isShared, withSharedMemory } from '../threads/shared-memory.ts';
import { type RunTask, startTeam, type Team } from '../threads/team.ts';
import { PLANS } from './plans.ts';
import type { Attributes, Shape, Shapes } from './shapes.ts';

/** Byte pointers by name; an optional input may be missing. */
export type Pointers = { readonly [name: string]: number | undefined };

/** One kernel over tensors in the memory handed to {@link instantiateKernels}. */
export interface TrainingKernel {
  /**
   * Shapes of all outputs, in order: for a forward kernel its outputs, then the saved tensors; for a gradient kernel one for each name of
   * `gradient.outputs`.
   * @throws Error if an input is missing or its shape does not fit
   */
  outputs(shapes: Shapes, attributes: Attributes): readonly Shape[];
  /** Computes the outputs, which lie at `outputs`: float32, contiguous; labels are int32. */
  run(inputs: Pointers, outputs: readonly number[], shapes: Shapes, attributes: Attributes): void;
}

/**
 * By kernel name: {@link FUSED_KERNELS}, their gradients, {@link OPTIMIZER_KERNELS}, and of {@link PARAMETER_KERNELS} the norm (the others
 * are copies).
 */
export type TrainingKernels = ReadonlyMap<string, TrainingKernel>;

/** The exports, as functions of sizes and pointers. */
type Calls = Record<string, (...numbers: number[]) => void>;

/** Blocks of the memory for the length of one call. */
interface Scratch {
  allocate(bytes: number): number;
  freeAll(): void;
}

/**
 * The training kernels inside a memory that belongs to someone else: tensors are read and written in place; scratch is freed before a call returns.
 * Results have the same bits on every machine.
 *
 * @param team who does the tasks of a kernel, asked for at each call; it has no influence on the bits. Default: the calling thread.
 */
export function instantiateKernels(
  host: KernelMemory,
  team: () => Team | undefined = () => undefined,
): TrainingKernels {
  const scratch = createScratch(host);
  const allocate = (floats: number) => scratch.allocate(4 * (floats >>> 0));
  const env = {
    memory: host.memory,
    allocate,
    threads: () => team()?.threads ?? 1,
    parallel(tasks: number, floats: number, task: number, closure: number) {
      const { threads, run } = team()!;
      const pointers = Array.from({ length: threads }, () => (floats ? allocate(floats) : 0));
      run(calls.runTask as RunTask, tasks, task, closure, pointers);
    },
  };
  const exports = instantiate(moduleFor(host.memory), host.malloc(STACK_BYTES), env);
  const calls = exports as unknown as Calls;
  const stackPointer = exports.__stack_pointer as WebAssembly.Global;
  const stack: number = stackPointer.value;

  const entries = [...PLANS].map(([name, plan]): [string, TrainingKernel] => [
    kernelName(name),
    {
      outputs: (shapes, attributes) => plan(shapes, attributes).outputs,
      run(inputs, outputs, shapes, attributes) {
        const call = plan(shapes, attributes);
        try {
          calls[name](...call.sizes, ...call.inputs.map((input) => inputs[input] ?? 0), ...outputs);
        } finally {
          stackPointer.value = stack; // an error leaves it where it was
          scratch.freeAll();
        }
      },
    },
  ]);
  return new Map(entries);
}

/**
 * Starts workers for {@link instantiateKernels}, in Node and in browsers.
 * @param threads how many with the calling one, 2 or more
 * @param host its memory is a shared one
 */
export const startKernelTeam = (threads: number, host: KernelMemory): Promise<Team> =>
  startTeam(threads, moduleFor(host.memory), host);

const modules = new Map<boolean, WebAssembly.Module>();

/** The module for a memory that is shared with workers or is not: it has to say which. */
function moduleFor(memory: WebAssembly.Memory): WebAssembly.Module {
  const shared = isShared(memory);
  const bytes = () => (shared ? withSharedMemory(bytesOf(WASM_BASE64), 'imported')! : bytesOf(WASM_BASE64));
  if (!modules.has(shared)) modules.set(shared, new WebAssembly.Module(bytes()));
  return modules.get(shared)!;
}

/** `maskedConv2dGrad` → `PixelrnnMaskedConv2dGrad`. */
function kernelName(call: string): string {
  for (const [key, { name, gradient }] of Object.entries(FUSED_KERNELS)) {
    if (call === key) return name;
    if (call === `${key}Grad`) return gradient.name;
  }
  for (const [key, { name }] of Object.entries(OPTIMIZER_KERNELS)) if (call === key) return name;
  for (const [key, name] of Object.entries(PARAMETER_KERNELS)) if (call === key) return name;
  throw new Error(`kernelName: no kernel for ${call}`);
}

const ALIGNMENT = 64;

function createScratch({ malloc, free }: KernelMemory): Scratch {
  const blocks: number[] = [];
  return {
    allocate(bytes) {
      const block = malloc(bytes + ALIGNMENT);
      if (!block) throw new RangeError(`instantiateKernels: expected ${bytes} bytes of scratch, got none`);
      blocks.push(block);
      return Math.ceil((block >>> 0) / ALIGNMENT) * ALIGNMENT;
    },
    freeAll() {
      for (const block of blocks.splice(0)) free(block);
    },
  };
}
