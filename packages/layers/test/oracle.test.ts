import { type Features, type Frame, type Host, type Params, rng, toHost, withoutFusedKernels } from '@pixelrnn/core';
import { oracleLayer, relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { LAYER_CASES, type LayerCase } from './layer-table.ts';

const FRAMES: readonly Frame[] = [
  { batch: 2, height: 5, width: 4 },
  { batch: 1, height: 3, width: 7 },
  { batch: 3, height: 1, width: 1 },
];

/** Uniform on ±1, not all zero anywhere: biases and initial states too. */
function values(seed: string, size: number): Float32Array {
  const source = rng(seed);
  return Float32Array.from({ length: size }, () => 2 * source.uniform() - 1);
}

function problem({ layer, classes, title }: LayerCase, frame: Frame) {
  const map = (channels: number, name: string) =>
    tf.tensor4d(values(`${title} ${name}`, frame.batch * frame.height * frame.width * channels), [
      frame.batch,
      frame.height,
      frame.width,
      channels,
    ]);
  const { here, above } = layer.inputs;
  const x: Features<tf.Tensor4D> = {
    here: map(here, 'here'),
    above: above === undefined ? undefined : map(above, 'above'),
  };
  const labels =
    classes === undefined ? undefined : Int32Array.from({ length: frame.batch }, (_, b) => (b + 1) % classes);
  return { x, params: randomParams(layer.init(rng(title)), title), labels };
}

/** The initial parameters with their zeros (biases, learned states) replaced. */
function randomParams(params: Params, seed: string): Params {
  const change = (node: tf.Tensor | Params, path: string): tf.Tensor | Params =>
    node instanceof tf.Tensor
      ? tf.tensor(values(`${seed} ${path}`, node.size), node.shape)
      : Object.fromEntries(Object.entries(node).map(([name, child]) => [name, change(child, `${path}/${name}`)]));
  return change(params, '') as Params;
}

for (const layerCase of LAYER_CASES)
  describe(layerCase.title, () => {
    const { layer } = layerCase;

    it.each(FRAMES)('equals the float64 oracle on $batch images of $height×$width', async (frame) => {
      const { x, params, labels } = problem(layerCase, frame);
      const labelTensor = labels && tf.tensor1d(labels, 'int32');
      const y = withoutFusedKernels(() => layer.apply(params, x, { labels: labelTensor }));
      const host = { here: x.here.dataSync(), above: x.above?.dataSync() };
      const expected = oracleLayer(layer.name, layer.config, (await toHost(params)) as never, host, frame, labels);
      expect(relativeError(y.here.dataSync(), expected.here)).toBeLessThan(1e-5);
      if (layer.outputs.above) expect(relativeError(y.above!.dataSync(), expected.above!)).toBeLessThan(1e-5);
    });

    it.each(FRAMES)('streams what it applies on $batch images of $height×$width', async (frame) => {
      const { x, params, labels } = problem(layerCase, frame);
      const y = layer.apply(params, x, { labels: labels && tf.tensor1d(labels, 'int32') });
      const streamed = streamAll(layerCase, await toHost(params), x, frame, labels);
      expect(relativeError(streamed.here, y.here.dataSync())).toBeLessThan(1e-5);
      if (layer.outputs.above) expect(relativeError(streamed.above, y.above!.dataSync())).toBeLessThan(1e-5);
    });
  });

/** Runs the stream over whole maps: `at` twice, first with a wrong input, then `advance`. */
function streamAll({ layer }: LayerCase, weights: Host, x: Features<tf.Tensor4D>, frame: Frame, labels?: Int32Array) {
  const { batch, height, width } = frame;
  const stream = layer.stream(weights, frame, { labels });
  const here = x.here.dataSync();
  const above = x.above?.dataSync();
  const gather = (map: ArrayLike<number>, channels: number, r: number, columns: number[]) =>
    Float32Array.from({ length: batch * columns.length * channels }, (_, i) => {
      const [b, c, k] = [
        Math.floor(i / (columns.length * channels)),
        Math.floor(i / channels) % columns.length,
        i % channels,
      ];
      return map[((b * height + r) * width + columns[c]) * channels + k];
    });
  const scatter = (into: Float32Array, row: Float32Array, channels: number, r: number, columns: number[]) =>
    row.forEach((value, i) => {
      const [b, c, k] = [
        Math.floor(i / (columns.length * channels)),
        Math.floor(i / channels) % columns.length,
        i % channels,
      ];
      into[((b * height + r) * width + columns[c]) * channels + k] = value;
    });
  const out = {
    here: new Float32Array(batch * height * width * layer.outputs.here),
    above: new Float32Array(batch * height * width * (layer.outputs.above ?? 0)),
  };
  const all = Array.from({ length: width }, (_, c) => c);
  for (let r = 0; r < height; r++) {
    const row = stream.beginRow(above && gather(above, layer.inputs.above!, r, all));
    if (layer.outputs.above) scatter(out.above, row!, layer.outputs.above, r, all);
    for (let c = 0; c < width; c++) {
      const pixel = gather(here, layer.inputs.here, r, [c]);
      stream.at(pixel.map((v) => v + 1));
      scatter(out.here, stream.at(pixel), layer.outputs.here, r, [c]);
      stream.advance(pixel);
    }
  }
  stream.dispose();
  return out;
}
