import type { FusedKernel, KernelLimits } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fusedOp, isFused, withoutFusedKernels } from './fused-op.ts';

/** y = x · w · scale (+ residual), element by element; `scale` is a constant without a gradient. */
const kernel: FusedKernel = {
  name: 'PixelrnnTestProduct',
  inputs: ['x', 'w', 'residual'],
  optional: ['residual'],
  constants: ['scale'],
  attributes: { double: 'bool' },
  outputs: ['y'],
  saved: 1,
  gradient: { name: 'PixelrnnTestProductGrad', inputs: ['x', 'w', 'scale'], outputs: ['x', 'w'] },
};
type Inputs = { x: tf.Tensor; w: tf.Tensor; residual?: tf.Tensor; scale: tf.Tensor };

const product = fusedOp(kernel, ({ x, w, residual, scale }: Inputs, { double }: { double: boolean }) => {
  const y = tf.mul(tf.mul(tf.mul(x, w), scale), double ? 2 : 1);
  return residual ? tf.add(y, residual) : y;
});

const calls: string[] = [];

/** The same, as a backend would register it; its gradient wants the saved tensor to be what the forward kernel made. */
function register(limits: KernelLimits = {}): void {
  const forward: tf.KernelFunc = ({ inputs, attrs }) => {
    calls.push(`forward ${Object.keys(inputs)} ${attrs?.double}`);
    const { x, w, residual, scale } = inputs as unknown as Inputs;
    const factor = tf.mul(scale, attrs?.double ? 2 : 1);
    const y = tf.mul(tf.mul(x, w), factor);
    return [residual ? tf.add(y, residual) : y, factor];
  };
  const backward: tf.KernelFunc = ({ inputs }) => {
    calls.push(`backward ${Object.keys(inputs)}`);
    const { dy, x, w, saved0 } = inputs as unknown as Record<string, tf.Tensor>;
    return [tf.mul(tf.mul(dy, w), saved0), tf.mul(tf.mul(dy, x), saved0)];
  };
  const config = { kernelName: kernel.name, backendName: 'cpu', kernelFunc: forward, ...limits };
  tf.registerKernel(config);
  tf.registerKernel({ kernelName: kernel.gradient.name, backendName: 'cpu', kernelFunc: backward });
}

afterEach(() => {
  calls.length = 0;
  if (!isFused(kernel)) return;
  tf.unregisterKernel(kernel.name, 'cpu');
  tf.unregisterKernel(kernel.gradient.name, 'cpu');
});

const [x, w, residual] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 5]), tf.tensor1d([10, 20])];
const scale = tf.tensor1d([2, 2]);
const both = () =>
  tf.valueAndGrads((a, b, c) => tf.sum(product({ x: a, w: b, residual: c, scale }, { double: true })))([
    x,
    w,
    residual,
  ]);
const values = ({ value, grads }: ReturnType<typeof both>) => [value, ...grads].map((tensor) => [...tensor.dataSync()]);
const EXPECTED = [[4 * (3 + 10) + 30], [12, 20], [4, 8], [1, 1]];

it('runs the reference where the backend has no kernel', () => {
  expect(isFused(kernel)).toBe(false);
  expect(values(both())).toEqual(EXPECTED);
  expect(calls).toEqual([]);
});

it('runs the kernel and its gradient; the gradient of a residual is dy', () => {
  register();
  expect(values(both())).toEqual(EXPECTED);
  expect(calls).toEqual(['forward x,w,residual,scale true', 'backward dy,x,w,scale,saved0']);
});

it('leaves out an optional input', () => {
  register();
  expect([...product({ x, w, scale }, { double: false }).dataSync()]).toEqual([6, 20]);
  expect(calls).toEqual(['forward x,w,scale false']);
});

it('runs the reference where the kernel declines the problem', () => {
  const asked: unknown[] = [];
  register({
    declines(shapes, attributes) {
      asked.push(shapes, attributes);
      return shapes.x![0] > 1 ? 'too long' : undefined;
    },
  });
  product({ x, w, scale }, { double: false });
  expect(calls).toEqual([]);
  expect(asked).toEqual([{ x: [2], w: [2], scale: [2] }, { double: false }]);
  const one = tf.tensor1d([1]);
  product({ x: one, w: one, scale: one }, { double: false });
  expect(calls).toEqual(['forward x,w,scale false']);
});

it('keeps no gradient that nobody asks for, and no other tensor', () => {
  register();
  const before = tf.memory().numTensors;
  const gradient = tf.grad((b) => tf.sum(product({ x, w: b, residual, scale }, { double: false })))(w);
  expect([...gradient.dataSync()]).toEqual([2, 4]);
  expect(tf.memory().numTensors).toBe(before + 1);
  gradient.dispose();
});

describe('the gradient of data', () => {
  const withData = fusedOp({ ...kernel, gradient: { ...kernel.gradient, data: 'x' } }, () => tf.scalar(0));
  const images = tf.tensor1d([7, 8]);
  const scaled = (a: tf.Tensor) => tf.mul(a, 3);
  const loss = (a: tf.Tensor, b: tf.Tensor) => tf.sum(withData({ x: a, w: b, scale }, { double: false })) as tf.Scalar;
  const seen: unknown[] = [];
  beforeEach(() => {
    seen.length = 0;
    register();
    tf.unregisterKernel(kernel.gradient.name, 'cpu');
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs }) => {
      seen.push(attrs!.data);
      const { dy, x, w, saved0 } = inputs as unknown as Record<string, tf.Tensor>;
      return [attrs!.data ? tf.tensor1d([]) : tf.mul(tf.mul(dy, w), saved0), tf.mul(tf.mul(dy, x), saved0)];
    };
    tf.registerKernel({ kernelName: kernel.gradient.name, backendName: 'cpu', kernelFunc });
  });

  it('is left out where only that of the weights is asked for', () => {
    const gradient = tf.grad((b) => loss(scaled(images), b))(w);
    expect([...gradient.dataSync()]).toEqual([42, 48]);
    expect(seen).toEqual([true]);
  });

  it('is computed where it is asked for, alone or with others, in any order', () => {
    expect([...tf.grad((a) => loss(scaled(a), w))(images).dataSync()]).toEqual([18, 30]); // biome-ignore format: one row
    const [ofWeights, ofImages] = tf.grads((b, a) => loss(scaled(a), b))([w, images]);
    expect([...ofWeights.dataSync(), ...ofImages.dataSync()]).toEqual([42, 48, 18, 30]);
    expect(seen).toEqual([undefined, undefined]);
  });
});

describe('several outputs', () => {
  const several: FusedKernel = {
    ...kernel,
    inputs: ['x', 'w'],
    optional: [],
    constants: [],
    outputs: ['sum', 'product'],
    saved: 0,
    gradient: { ...kernel.gradient, inputs: ['x', 'w'] },
  };
  type Pair = { x: tf.Tensor; w: tf.Tensor };
  const reference = ({ x, w }: Pair) => ({ sum: tf.add(x, w), product: tf.mul(x, w) });
  const op = fusedOp(several, reference);
  const gradients = (loss: (outputs: ReturnType<typeof reference>) => tf.Tensor) => {
    const { grads } = tf.engine().gradients(() => loss(op({ x, w }, {})) as tf.Scalar, [x, w], undefined, true);
    return grads.map((gradient) => [...gradient.dataSync()]);
  };
  const register = () => {
    tf.registerKernel({
      kernelName: several.name,
      backendName: 'cpu',
      kernelFunc: ({ inputs }) => Object.values(reference(inputs as unknown as Pair)),
    });
    tf.registerKernel({
      kernelName: several.gradient.name,
      backendName: 'cpu',
      kernelFunc({ inputs }) {
        calls.push(`backward ${Object.keys(inputs)}`);
        const { dsum, dproduct, x, w } = inputs as unknown as Record<string, tf.Tensor>;
        return [w, x].map((other) => (dproduct ? tf.add(dsum, tf.mul(dproduct, other)) : tf.clone(dsum)));
      },
    });
  };

  it.each(['reference', 'kernel'])('come by name, with their gradients, from the %s', (which) => {
    if (which === 'kernel') register();
    const { sum, product } = op({ x, w }, {});
    expect([...sum.dataSync(), ...product.dataSync()]).toEqual([4, 7, 3, 10]);
    const loss = gradients((outputs) => tf.sum(tf.add(outputs.sum, tf.mul(outputs.product, 2))));
    expect(loss).toEqual([
      [7, 11],
      [3, 5],
    ]);
    expect(calls).toEqual(which === 'kernel' ? ['backward dsum,dproduct,x,w'] : []);
  });

  it('hand no zeros to the kernel for one after the first without a gradient', () => {
    register();
    expect(gradients(({ sum }) => tf.sum(sum))).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(calls).toEqual(['backward dsum,x,w']);
  });

  it('hand zeros to the kernel for the first without a gradient', () => {
    register();
    expect(gradients(({ product }) => tf.sum(product))).toEqual([
      [3, 5],
      [1, 2],
    ]);
    expect(calls).toEqual(['backward dsum,dproduct,x,w']);
  });
});

it('keeps no tensor but the result', () => {
  register();
  const before = tf.memory().numTensors;
  const y = product({ x, w, scale }, { double: false });
  expect(tf.memory().numTensors).toBe(before + 1);
  y.dispose();
});

it('runs without fused kernels on demand, and has them again afterwards, also after an error', () => {
  register();
  withoutFusedKernels(() => product({ x, w, scale }, { double: false }));
  expect(calls).toEqual([]);
  expect(() =>
    withoutFusedKernels(() => {
      throw new Error('inside');
    }),
  ).toThrow('inside');
  expect(isFused(kernel)).toBe(true);
  expect(() => withoutFusedKernels(async () => 1)).toThrow('wanted a synchronous body, got a promise');
  expect(isFused(kernel)).toBe(true);
});
