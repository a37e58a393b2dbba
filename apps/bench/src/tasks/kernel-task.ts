import { isFused, rng, sizeOf } from '@pixelrnn/core';
import { forwardInputs, gradientInputs } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { KERNEL_CASES, type KernelCase } from './kernel-cases.ts';
import type { Prepared, Probe, Task } from './task.ts';

type Tensors = Record<string, tf.Tensor>;

/** Side of the square matrices whose product is taken for the machine's peak. */
const PEAK_SIDE = { cpu: 1024, gpu: 4096 };
/** A timing of a kernel lasts about as long as this, so that neither waiting for the device nor its caches at the start count. */
const TIMING_MS = 100;
/** Runs that tell how many fill a timing. */
const CALIBRATION = 3;
/** Inputs are uniform on ± this: gates stay away from saturation. */
const SPREAD = 0.3;

/** The forward and the backward pass of one kernel, and a large matrix product in the same process to compare them with. */
export async function prepareKernel(task: Extract<Task, { kind: 'kernel' }>): Promise<Prepared> {
  const { kernel: name, batch } = task;
  const definition = KERNEL_CASES[name];
  if (!definition) throw new Error(`prepareKernel: wanted one of ${Object.keys(KERNEL_CASES).join(', ')}, got ${name}`);
  const { kernel, attributes, flops } = definition;
  if (!isFused(kernel)) throw new Error(`${kernel.name} is not registered for the backend ${tf.getBackend()}`);
  const run = (kernelName: string, inputs: Tensors) =>
    ([] as tf.Tensor[]).concat(tf.engine().runKernel(kernelName, inputs, { ...attributes }) as tf.Tensor | tf.Tensor[]);

  const inputs = randomInputs(definition, batch);
  const forward = pick(inputs, forwardInputs(kernel));
  const results = run(kernel.name, forward);
  const [outputs, saved] = [results.slice(0, kernel.outputs.length), results.slice(kernel.outputs.length)];
  const all = {
    ...inputs,
    ...Object.fromEntries(outputs.map((output, i) => [`d${kernel.outputs[i]}`, random(output.shape)])),
    ...Object.fromEntries(saved.map((tensor, i) => [`saved${i}`, tensor])),
  };
  const backward = pick(all, gradientInputs(kernel));
  const side = task.peakSide ?? (tf.getBackend() === 'webgpu' ? PEAK_SIDE.gpu : PEAK_SIDE.cpu);
  const [a, b] = [random([side, side]), random([side, side])];

  return {
    probes: {
      forward: await calibrated(() => run(kernel.name, forward)),
      backward: await calibrated(() => run(kernel.gradient.name, backward)),
      matMul: await calibrated(() => [tf.matMul(a, b)]),
    },
    flops: {
      ...(flops && { forward: flops(batch), backward: 2 * flops(batch) }),
      matMul: 2 * side ** 3,
    },
    dispose: () => tf.dispose([...Object.values(all), ...outputs, a, b]),
  };
}

function randomInputs({ kernel, shapes, constantsBelow = 1 }: KernelCase, batch: number): Tensors {
  const entries = Object.entries(shapes(batch)).map(([name, shape]) => {
    if (!kernel.constants.includes(name)) return [name, random(shape)];
    const source = rng('bench').fork(name);
    const values = Float32Array.from({ length: sizeOf(shape) }, () => Math.floor(source.uniform() * constantsBelow));
    return [name, tf.tensor(values, [...shape], name === 'labels' ? 'int32' : 'float32')];
  });
  return Object.fromEntries(entries);
}

const random = (shape: readonly number[]) => tf.randomUniform([...shape], -SPREAD, SPREAD, 'float32', 1);

const pick = (tensors: Tensors, names: readonly string[]): Tensors =>
  Object.fromEntries(names.filter((name) => tensors[name]).map((name) => [name, tensors[name]]));

/** A probe of many runs if one is short. The device has done them all when a value of the last result can be read. */
async function calibrated(run: () => tf.Tensor[]): Promise<Probe> {
  const timed = async (repeat: number) => {
    const began = performance.now();
    let last: tf.Tensor | undefined;
    for (let i = 0; i < repeat; i++) {
      last?.dispose();
      const [first, ...rest] = run();
      tf.dispose(rest);
      last = first;
    }
    const value = tf.tidy(() => tf.slice(tf.reshape(last!, [-1]), 0, 1));
    await value.data();
    tf.dispose([value, last!]);
    return performance.now() - began;
  };
  await timed(1);
  const few = await timed(CALIBRATION);
  const repeat = Math.max(1, Math.round((TIMING_MS * CALIBRATION) / few));
  return {
    repeat,
    async run() {
      await timed(repeat);
    },
  };
}
