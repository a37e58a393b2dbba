// What the tests of the training kernels share: running a kernel in an ordinary memory and in one that threads share, and comparing gradients.
import { expect } from 'vitest';
import { createAllocator } from '../allocator.ts';
import type { KernelMemory } from '../kernel-memory.ts';
import type { FusedKernel } from '../ops.ts';
import type { Team } from '../threads/team.ts';
import type { Attributes, Shape } from './shapes.ts';
import { instantiateKernels, startKernelTeam, type TrainingKernels } from './training.ts';

export interface Tensor {
  readonly shape: Shape;
  readonly values: ArrayLike<number>;
  /** Stored as int32 (labels). */
  readonly integers?: boolean;
}
export type Tensors = { readonly [name: string]: Tensor };

/** Reproducible values in [-scale, scale]. */
export function random(shape: Shape, seed: number, scale = 1): Tensor {
  let state = (seed * 2654435761) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
  const length = shape.reduce((a, b) => a * b, 1);
  return { shape, values: Float32Array.from({ length }, () => scale * (2 * next() - 1)) };
}

/** A memory with all that lies in it. */
function createPlace(options: WebAssembly.MemoryDescriptor) {
  const memory = new WebAssembly.Memory(options);
  const { allocate, release } = createAllocator(memory, 64);
  let live = 0;
  const host: KernelMemory = {
    memory,
    // Aligned to 8 bytes and no more, as the heap of the wasm backend hands them out.
    malloc(bytes) {
      live++;
      return allocate(bytes + 8) + 8;
    },
    free(pointer) {
      live--;
      release(pointer - 8);
    },
  };
  return { memory, allocate, release, host, live: () => live };
}
type Place = ReturnType<typeof createPlace>;

const PATIENCE_MS = 0.2;
const PAGES = { initial: 2, maximum: 65536 };
const alone = createPlace(PAGES);
export const kernels = instantiateKernels(alone.host);
const shared = createPlace({ ...PAGES, shared: true });
const team = await startKernelTeam(3, shared.host);
/** The calling thread lets the others begin: by itself it would be done with so small tasks before they wake. */
const patient: Team = {
  ...team,
  run: (runTask, ...rest) =>
    team.run(
      (...task) => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE_MS);
        runTask(...task);
      },
      ...rest,
    ),
};
const kernelsOfTeam = instantiateKernels(shared.host, () => patient);

/** Blocks that the kernels have not given back; their stack is one. */
export const liveBlocks = alone.live;

/** Runs a kernel, by one thread and by three: their bits are the same, and the three give back all but their stacks. */
export function run(name: string, inputs: Tensors, attributes: Attributes): Float32Array[] {
  const results = runIn(alone, kernels, name, inputs, attributes);
  const ofTeam = runIn(shared, kernelsOfTeam, name, inputs, attributes);
  for (const [i, { buffer }] of results.entries())
    expect(new Int32Array(ofTeam[i].buffer), `${name} on three threads`).toEqual(new Int32Array(buffer));
  expect(shared.live()).toBe(team.threads);
  return results;
}

/** Outputs start as NaN, so that an element left out is seen. */
function runIn(
  { memory, allocate, release }: Place,
  kernels: TrainingKernels,
  name: string,
  inputs: Tensors,
  attributes: Attributes,
): Float32Array[] {
  const kernel = kernels.get(name);
  if (!kernel) throw new Error(`run: no kernel ${name}`);
  const shapes = Object.fromEntries(Object.entries(inputs).map(([key, tensor]) => [key, tensor.shape]));
  const pointers: Record<string, number> = {};
  for (const [key, { values, integers }] of Object.entries(inputs)) {
    pointers[key] = allocate(4 * values.length);
    const View = integers ? Int32Array : Float32Array;
    new View(memory.buffer, pointers[key], values.length).set(values);
  }
  const lengths = kernel.outputs(shapes, attributes).map((shape) => shape.reduce((a, b) => a * b, 1));
  const outputs = lengths.map((length) => allocate(4 * length));
  for (const [i, pointer] of outputs.entries()) new Float32Array(memory.buffer, pointer, lengths[i]).fill(Number.NaN);
  kernel.run(pointers, outputs, shapes, attributes);
  const results = outputs.map((pointer, i) => new Float32Array(memory.buffer, pointer, lengths[i]).slice());
  for (const pointer of [...Object.values(pointers), ...outputs]) release(pointer);
  return results;
}

/** The shapes of what a forward kernel returns: of its outputs, and of what it saves. */
export function outputShapes({ name, outputs }: FusedKernel, inputs: Tensors, attributes: Attributes) {
  const shapes = Object.fromEntries(Object.entries(inputs).map(([key, tensor]) => [key, tensor.shape]));
  const all = kernels.get(name)?.outputs(shapes, attributes) ?? [];
  return { outputs: all.slice(0, outputs.length), saved: all.slice(outputs.length) };
}

/**
 * Runs a fused kernel and its gradient: its outputs, and the gradient of each differentiable input by name.
 * @param dys the gradient of each output; those after the first may be left out
 */
export function runWithGradient(kernel: FusedKernel, inputs: Tensors, attributes: Attributes, ...dys: Tensor[]) {
  const shapes = outputShapes(kernel, inputs, attributes).saved;
  const results = run(kernel.name, inputs, attributes);
  const [outputs, saved] = [results.slice(0, kernel.outputs.length), results.slice(kernel.outputs.length)];
  const tensors = Object.fromEntries([
    ...dys.map((dy, i) => [`d${kernel.outputs[i]}`, dy]),
    ...kernel.gradient.inputs.map((name) => [name, inputs[name]]),
    ...saved.map((values, i) => [`saved${i}`, { shape: shapes[i], values }]),
  ]);
  const gradients = run(kernel.gradient.name, tensors, attributes);
  return { outputs, gradients: Object.fromEntries(kernel.gradient.outputs.map((name, i) => [name, gradients[i]])) };
}

/** Largest difference relative to the largest wanted value; NaN and missing values count as infinite. */
export function error(actual: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (actual.length !== wanted.length) return Number.POSITIVE_INFINITY;
  let [worst, scale] = [0, 1e-30];
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs(actual[i] - wanted[i]);
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    scale = Math.max(scale, Math.abs(wanted[i]));
  }
  return worst / scale;
}

/**
 * Compares a gradient with central differences of `loss`, a float64 function of the input: element by element if the input is
 * small, else along random directions of ±1, in which a wrong element anywhere shows.
 */
export function gradientError(
  gradient: Float32Array,
  values: ArrayLike<number>,
  loss: (values: Float64Array) => number,
): number {
  const step = 1e-5;
  const slope = (direction: (i: number) => number) => {
    const at = (sign: number) =>
      loss(Float64Array.from({ length: values.length }, (_, i) => values[i] + sign * step * direction(i)));
    return (at(1) - at(-1)) / (2 * step);
  };
  const elements = values.length <= 100;
  const directions = Array.from({ length: elements ? values.length : 12 }, (_, d) => {
    if (elements) return (i: number) => (i === d ? 1 : 0);
    const signs = random([values.length], d + 77).values;
    return (i: number) => (signs[i] > 0 ? 1 : -1);
  });
  const wanted = directions.map(slope);
  const actual = directions.map((direction) => gradient.reduce((sum, value, i) => sum + value * direction(i), 0));
  return gradient.length === values.length ? error(actual, wanted) : Number.POSITIVE_INFINITY;
}
