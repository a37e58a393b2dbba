// The LSTM scan, and the layers made of it, at sizes that meet every edge of the kernels: on each backend that starts here, with its
// fused kernels, against the float64 oracle, values and gradients.
import { BACKENDS, type BackendName } from '@pixelrnn/backends';
import { isFused, type Layer, leaves, type Params, rng, sizeOf, type Tree, treeFrom } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import { diagonalBiLstm, lstmScan, rowLstm } from '@pixelrnn/layers';
import { relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { differentiate, differentiateAlong } from './differentiate.ts';
import { type OracleParams, oracleLayer } from './oracle/layer.ts';
import { forEachPixel, type OracleMap, oracleMap, pixelOf } from './oracle/map.ts';
import { mergeDirections, oracleScan } from './oracle/scan.ts';
import { startBefore, tagsOn } from './start.ts';

type Kind = 'row' | 'diagonal';

/** One operation at one size. */
interface Case {
  readonly title: string;
  /** Each input by its path, with what it may reach. */
  readonly inputs: ReadonlyMap<string, { readonly shape: readonly number[]; readonly scale: number }>;
  readonly run: (inputs: ReadonlyMap<string, tf.Tensor>) => tf.Tensor;
  readonly oracle: (inputs: ReadonlyMap<string, Float64Array>) => Float64Array;
}

const SIZES = [
  // B, H, W, h
  [1, 1, 1, 4],
  [1, 5, 7, 3],
  [2, 7, 5, 1],
  [3, 6, 6, 16],
  [2, 5, 4, 18],
  [1, 3, 8, 5],
  [9, 3, 4, 8],
  [1, 1, 9, 6],
  [1, 9, 1, 7],
] as const;
type Size = (typeof SIZES)[number];

/** State-to-state weights are as large as after some training, so that the memory matters. */
const stateScale = (hidden: number) => 1.5 / Math.sqrt(hidden);

function scanCase(kind: Kind, directions: number, merge: boolean, [batch, height, width, h]: Size): Case {
  const dims = { batch, height, width };
  return {
    title: `${kind} scan of ${[batch, height, width, h].join('×')}, directions ${directions}, merge ${merge}`,
    inputs: new Map([
      ['x', { shape: [batch, height, width, directions * 4 * h], scale: 2 }],
      ['w', { shape: [directions, kind === 'row' ? 3 : 2, h, 4 * h], scale: stateScale(h) }],
      ['h0', { shape: [directions, h], scale: 1 }],
      ['c0', { shape: [directions, h], scale: 1 }],
    ]),
    run: (inputs) => lstmScan(Object.fromEntries(inputs) as Parameters<typeof lstmScan>[0], { kind, merge }),
    oracle: (inputs) => {
      const [x, state, h0, c0] = ['x', 'w', 'h0', 'c0'].map((name) => inputs.get(name)!);
      const hidden = oracleScan(kind, { state, h0, c0 }, oracleMap(x, dims), directions);
      return (merge ? mergeDirections(hidden) : sideBySide(hidden)).values;
    },
  };
}

const sideBySide = (maps: readonly OracleMap[]): OracleMap =>
  forEachPixel(maps[0], maps.length * maps[0].channels, (...pixel) =>
    maps.flatMap((map) => [...pixelOf(map, ...pixel)]),
  );

function layerCase(kind: Kind, directions: 1 | 2, residual: boolean, [batch, height, width, h]: Size): Case {
  const channels = h + 1;
  const options = { channels, hidden: h, outputs: residual ? channels : 2 * h, residual };
  const layer = (kind === 'row' ? rowLstm(options) : diagonalBiLstm({ ...options, directions })) as Layer;
  const like = layer.init(rng(0));
  const dims = { batch, height, width };
  const scaleOf = (path: string) => (path === 'state' ? stateScale(h) : path === 'input/weights' ? 0.7 : 1);
  return {
    title: `${kind} layer of ${[batch, height, width, h].join('×')}, directions ${directions}, residual ${residual}`,
    inputs: new Map([
      ['x', { shape: [batch, height, width, channels], scale: 1 }],
      ...leaves<tf.Tensor>(like).map(([path, { shape }]) => [path, { shape, scale: scaleOf(path) }] as const),
    ]),
    run: (inputs) => layer.apply(ofTree(like, inputs) as Params, { here: inputs.get('x') as tf.Tensor4D }).here,
    oracle: (inputs) =>
      oracleLayer(layer.name, layer.config, ofTree(like, inputs) as OracleParams, { here: inputs.get('x')! }, dims)
        .here,
  };
}

/** A tree like the layer's own of the inputs with its paths. */
const ofTree = <T>(like: Params, inputs: ReadonlyMap<string, T>): Tree<T> =>
  treeFrom(like, new Map(leaves<tf.Tensor>(like).map(([path]) => [path, inputs.get(path)!])));

const CASES: readonly Case[] = SIZES.flatMap((size) => [
  scanCase('diagonal', 2, true, size),
  scanCase('diagonal', 2, false, size),
  scanCase('diagonal', 1, true, size),
  scanCase('row', 1, true, size),
  layerCase('diagonal', 2, true, size),
  layerCase('diagonal', 1, false, size),
  layerCase('row', 1, true, size),
  layerCase('row', 1, false, size),
]);

/** Float32 rounds a little differently everywhere; WebGPU has an exponential of its own. */
const TOLERANCES: Readonly<Record<BackendName, { readonly value: number; readonly gradient: number }>> = {
  tensorflow: { value: 2e-6, gradient: 2e-5 },
  webgpu: { value: 1e-4, gradient: 1e-4 },
  wasm: { value: 2e-6, gradient: 2e-5 },
  cpu: { value: 2e-6, gradient: 2e-5 },
};
/** Inputs with more numbers are moved along random directions of ±1, in which a wrong number anywhere shows. */
const MOST_COORDINATES = 100;
const DIRECTIONS = 12;

const uniform = (seed: string, size: number, scale: number) => {
  const source = rng(seed);
  return Float32Array.from({ length: size }, () => scale * (2 * source.uniform() - 1));
};
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);

/** Derivatives of the loss by one input: the wanted ones, and how to read the same off a gradient. */
interface Derivatives {
  readonly wanted: ArrayLike<number>;
  readonly of: (gradient: Float32Array) => ArrayLike<number>;
}

interface Problem {
  readonly inputs: ReadonlyMap<string, Float32Array>;
  /** What the loss weighs the outputs with. */
  readonly weights: Float32Array;
  readonly value: Float64Array;
  readonly derivatives: ReadonlyMap<string, Derivatives>;
}

function problemOf({ title, inputs: shapes, oracle }: Case): Problem {
  const inputs = new Map(
    [...shapes].map(([name, { shape, scale }]) => [name, uniform(`${title} ${name}`, sizeOf(shape), scale)]),
  );
  const precise = new Map([...inputs].map(([name, values]) => [name, Float64Array.from(values)]));
  const value = oracle(precise);
  const weights = uniform(`${title} weights`, value.length, 1);
  const loss = () => dot(oracle(precise), weights);
  const derivatives = new Map(
    [...precise].map(([name, values]) => [name, derivativesBy(values, loss, `${title} ${name}`)]),
  );
  return { inputs, weights, value, derivatives };
}

function derivativesBy(values: Float64Array, loss: () => number, seed: string): Derivatives {
  if (values.length <= MOST_COORDINATES) return { wanted: differentiate(values, loss), of: (gradient) => gradient };
  const directions = Array.from({ length: DIRECTIONS }, (_, d) =>
    uniform(`${seed} ${d}`, values.length, 1).map(Math.sign),
  );
  return {
    wanted: directions.map((direction) => differentiateAlong(direction, values, loss)),
    of: (gradient) => directions.map((direction) => dot(gradient, direction)),
  };
}

const problems = new Map(CASES.map((each) => [each.title, problemOf(each)]));

/** In software, WebGPU takes seconds to compile the programs of a case; every kind is among the fifths of them. */
const casesOn = (backend: BackendName) => (backend === 'webgpu' ? CASES.filter((_, i) => i % 5 === 0) : CASES);

/** The value of a case on the active backend, and its gradients by input. */
async function valueAndGradients({ inputs: shapes, run }: Case, { inputs, weights }: Problem) {
  const names = [...shapes.keys()];
  const [value, ...gradients] = tf.tidy(() => {
    const variables = names.map((name) => tf.tensor(inputs.get(name)!, [...shapes.get(name)!.shape]));
    const withInputs = (...tensors: tf.Tensor[]) => run(new Map(names.map((name, i) => [name, tensors[i]])));
    const loss = (...tensors: tf.Tensor[]) =>
      tf.sum(tf.mul(tf.reshape(withInputs(...tensors), [-1]), weights)) as tf.Scalar;
    return [withInputs(...variables), ...tf.grads(loss)(variables)];
  });
  const read = await Promise.all([value, ...gradients].map((tensor) => tensor.data() as Promise<Float32Array>));
  tf.dispose([value, ...gradients]);
  return { value: read[0], gradients: new Map(names.map((name, i) => [name, read[1 + i]])) };
}

afterAll(() => tf.setBackend('cpu'));

for (const backend of BACKENDS)
  describe(backend, { tags: tagsOn(backend) }, () => {
    const missing = startBefore(backend);

    it('has the kernel', ({ skip }) => {
      if (missing()) return skip(missing());
      expect(isFused(FUSED_KERNELS.lstmScan)).toBe(true);
    });

    it.for(casesOn(backend))('$title', async (each, { skip }) => {
      if (missing()) return skip(missing());
      const { value: wanted, derivatives } = problems.get(each.title)!;
      const { value, gradients } = await valueAndGradients(each, problems.get(each.title)!);
      const tolerance = TOLERANCES[backend];
      expect(relativeError(value, wanted), 'value').toBeLessThan(tolerance.value);
      for (const [name, derivative] of derivatives)
        expect(
          relativeError(derivative.of(gradients.get(name)!), derivative.wanted),
          `gradient of ${name}`,
        ).toBeLessThan(tolerance.gradient);
    });
  });
