// Every layer against the float64 oracle: its values, and its gradients against the oracle differentiated coordinate by coordinate; in
// plain operations and with the fused kernels of `wasm`.
import { useBackend } from '@pixelrnn/backends';
import {
  type Features,
  type Frame,
  type HostContext,
  leaves,
  mapTree,
  type Params,
  rng,
  sizeOf,
  toContext,
  toHost,
  treeFrom,
  withoutFusedKernels,
} from '@pixelrnn/core';
import { randomParams, relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differentiate } from './differentiate.ts';
import { LAYER_CASES, type LayerCase } from './layers.ts';
import { type OracleParams, oracleLayer } from './oracle/layer.ts';

const TOLERANCE = 1e-5;
const FRAMES: readonly Frame[] = [
  { batch: 2, height: 5, width: 4 },
  { batch: 1, height: 3, width: 7 },
  { batch: 3, height: 1, width: 1 },
];
/** Just large enough for every tap of a 7×7 kernel to lie in the image somewhere. */
const SMALL: Frame = { batch: 2, height: 4, width: 4 };

/** Uniform on ±1, not all zero anywhere: biases and initial states too. */
function uniform(seed: string, size: number): Float32Array {
  const source = rng(seed);
  return Float32Array.from({ length: size }, () => 2 * source.uniform() - 1);
}

interface Problem {
  readonly x: Features<Float32Array>;
  readonly params: Params;
  readonly context: HostContext;
}

async function problem({ layer, title }: LayerCase, { batch, height, width }: Frame): Promise<Problem> {
  const map = (channels: number, name: string) => uniform(`${title} ${name}`, batch * height * width * channels);
  const { here, above } = layer.inputs;
  const { classes, vector, map: channels } = layer.conditions ?? {};
  return {
    x: { here: map(here, 'here'), ...(above !== undefined && { above: map(above, 'above') }) },
    params: await randomParams(layer, title),
    context: {
      ...(classes !== undefined && { labels: Int32Array.from({ length: batch }, (_, b) => (b + 1) % classes) }),
      ...(vector !== undefined && { vector: uniform(`${title} vector`, batch * vector) }),
      ...(channels !== undefined && { map: map(channels, 'map') }),
    },
  };
}

const asMap = (values: Float32Array, { batch, height, width }: Frame) =>
  tf.tensor4d(values, [batch, height, width, values.length / (batch * height * width)]);
const mapsOf = <T>({ here, above }: Features<T>): T[] => (above === undefined ? [here] : [here, above]);
const inFloat64 = (values: ArrayLike<number>) => Float64Array.from(values);

/** A random combination of all outputs, so that one gradient meets them all. */
const weightsOf = ({ layer, title }: LayerCase, frame: Frame): readonly Float32Array[] =>
  mapsOf(layer.outputs).map((channels, i) =>
    uniform(`${title} cotangent ${i}`, sizeOf([frame.batch, frame.height, frame.width, channels])),
  );

/** The gradient of the combination by every parameter and input, by name, as the layer has it. */
function gradientsOf(
  layerCase: LayerCase,
  { x, params, context }: Problem,
  frame: Frame,
): Map<string, ArrayLike<number>> {
  const inputs = mapsOf(x).map((values, i) => [['here', 'above'][i], asMap(values, frame)] as const);
  const variables: (readonly [string, tf.Tensor])[] = [...leaves<tf.Tensor>(params), ...inputs];
  const weights = weightsOf(layerCase, frame).map((values) => asMap(values, frame));
  const combination = (...tensors: tf.Tensor[]) => {
    const byName = new Map(variables.map(([name], i) => [name, tensors[i]]));
    const own = new Map(leaves<tf.Tensor>(params).map(([path]) => [path, byName.get(path)!]));
    const maps = { here: byName.get('here'), above: byName.get('above') } as Features<tf.Tensor4D>;
    const y = layerCase.layer.apply(treeFrom(params, own), maps, toContext(context, frame));
    return tf.addN(
      mapsOf(y)
        .slice(0, weights.length)
        .map((map, i) => tf.sum(tf.mul(map, weights[i]))),
    ) as tf.Scalar;
  };
  const gradients = tf.grads(combination)(variables.map(([, tensor]) => tensor));
  return new Map(variables.map(([name], i) => [name, gradients[i].dataSync()]));
}

/** The same as differences of the oracle, coordinate by coordinate. */
async function expectedGradients(layerCase: LayerCase, frame: Frame): Promise<Map<string, Float64Array>> {
  const { x, params, context } = await problem(layerCase, frame);
  const host = mapTree(await toHost(params), inFloat64);
  const maps = { here: inFloat64(x.here), ...(x.above && { above: inFloat64(x.above) }) };
  const weights = weightsOf(layerCase, frame);
  const { name, config } = layerCase.layer;
  const combination = () => {
    const y = mapsOf(oracleLayer(name, config, host as OracleParams, maps, frame, context));
    return weights.reduce((sum, map, m) => map.reduce((part, weight, i) => part + weight * y[m][i], sum), 0);
  };
  const variables = [...leaves<Float64Array>(host), ...Object.entries<Float64Array>(maps)];
  return new Map(variables.map(([path, values]) => [path, differentiate(values, combination)]));
}

/** What both backends are compared with. */
const expected = new Map<string, Promise<Map<string, Float64Array>>>();
function expectedOnce(layerCase: LayerCase): Promise<Map<string, Float64Array>> {
  const known = expected.get(layerCase.title) ?? expectedGradients(layerCase, SMALL);
  expected.set(layerCase.title, known);
  return known;
}

afterAll(() => tf.setBackend('cpu'));

/** Plain operations are the references of `fusedOp`, with which other tests compare it; on `wasm` the code that trains runs. */
const WAYS = [
  { backend: 'cpu', how: 'in plain operations', tags: ['slow'], run: withoutFusedKernels },
  { backend: 'wasm', how: 'with fused kernels', tags: [], run: <T>(body: () => T) => body() },
] as const;

for (const { backend, how, tags, run } of WAYS)
  describe(`${backend} ${how}`, { tags: [...tags] }, () => {
    beforeAll(async () => {
      await useBackend(backend);
    });

    for (const layerCase of LAYER_CASES)
      describe(layerCase.title, () => {
        const { layer } = layerCase;

        it.each(FRAMES)('equals the float64 oracle on $batch images of $height×$width', async (frame) => {
          const { x, params, context } = await problem(layerCase, frame);
          const maps = { here: asMap(x.here, frame), above: x.above && asMap(x.above, frame) };
          const y = run(() => layer.apply(params, maps, toContext(context, frame)));
          const wanted = oracleLayer(
            layer.name,
            layer.config,
            (await toHost(params)) as OracleParams,
            x,
            frame,
            context,
          );
          expect(relativeError(y.here.dataSync(), wanted.here)).toBeLessThan(TOLERANCE);
          if (layer.outputs.above) expect(relativeError(y.above!.dataSync(), wanted.above!)).toBeLessThan(TOLERANCE);
        });

        it('has the gradients of the oracle', { tags: layerCase.isNetwork ? ['slow'] : [] }, async () => {
          const given = await problem(layerCase, SMALL);
          const gradients = run(() => gradientsOf(layerCase, given, SMALL));
          const wanted = await expectedOnce(layerCase);
          expect([...gradients.keys()]).toEqual([...wanted.keys()]);
          for (const [name, values] of gradients)
            expect(relativeError(values, wanted.get(name)!), name).toBeLessThan(TOLERANCE);
        });
      });
  });
