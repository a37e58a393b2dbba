import { type Features, type Frame, rng, toHost, withoutFusedKernels } from '@pixelrnn/core';
import { randomParams, relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { LAYER_CASES, type LayerCase } from './layers.ts';
import { oracleLayer } from './oracle/layer.ts';

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

async function problem({ layer, classes, title }: LayerCase, frame: Frame) {
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
  return { x, params: await randomParams(layer, title), labels };
}

for (const layerCase of LAYER_CASES)
  describe(layerCase.title, () => {
    const { layer } = layerCase;

    it.each(FRAMES)('equals the float64 oracle on $batch images of $height×$width', async (frame) => {
      const { x, params, labels } = await problem(layerCase, frame);
      const labelTensor = labels && tf.tensor1d(labels, 'int32');
      const y = withoutFusedKernels(() => layer.apply(params, x, { labels: labelTensor }));
      const host = { here: x.here.dataSync(), above: x.above?.dataSync() };
      const expected = oracleLayer(layer.name, layer.config, (await toHost(params)) as never, host, frame, labels);
      expect(relativeError(y.here.dataSync(), expected.here)).toBeLessThan(1e-5);
      if (layer.outputs.above) expect(relativeError(y.above!.dataSync(), expected.above!)).toBeLessThan(1e-5);
    });
  });
