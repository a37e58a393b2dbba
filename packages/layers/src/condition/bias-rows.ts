import type { Frame, HostContext } from '@pixelrnn/core';
import { type Arena, type Floats, kernels } from '@pixelrnn/kernels';
import { type ConditionParams, isConditional } from './condition.ts';

/** Writes the biases of all pixels of a row, [B, W, N]. */
export type BiasRow = (row: number, into: Floats) => void;

/** The same biases at every pixel: those of each image, [B, N]. */
export function imageBiases(biases: Float32Array, batch: number): BiasRow {
  const outputs = biases.length / batch;
  return (_, into) => {
    const width = into.length / biases.length;
    for (let b = 0; b < batch; b++) {
      const own = rowOf(biases, outputs, b);
      for (let c = 0; c < width; c++) into.set(own, (b * width + c) * outputs);
    }
  };
}

/**
 * `conditionBiases` in raster order: for every pixel a layer's own bias, and what the conditions add to it. What the map adds is one
 * product a row.
 *
 * @param weights of the conditions that the layer reads
 * @param bias the layer's own [N]
 * @param packed where the weights lie, for as long as streams may be opened
 */
export function biasRows(
  { classes, vector, map }: ConditionParams<Float32Array>,
  bias: Float32Array,
  packed: Arena,
): (frame: Frame, context: HostContext, memory: Arena) => BiasRow {
  const outputs = bias.length;
  const mapWeights = map && packed.floatsOf(map);

  return ({ batch, height, width }, context, memory) => {
    const ofImages = new Float32Array(batch * outputs);
    for (let image = 0; image < batch; image++) {
      const ofClass = classes && rowOf(classes, outputs, context.labels![image]);
      const ofVector = vector && {
        weights: vector,
        values: rowOf(context.vector!, vector.length / outputs, image),
      };
      ofImages.set(imageBias(bias, ofClass, ofVector), image * outputs);
    }
    const writeImages = imageBiases(ofImages, batch);
    const channels = map ? map.length / outputs : 0;
    const mapRow = memory.floats(batch * width * channels);

    return (row, into) => {
      writeImages(row, into);
      if (!mapWeights) return;
      const size = width * channels;
      for (let b = 0; b < batch; b++) mapRow.set(rowOf(context.map!, size, b * height + row), b * size);
      const [x, y] = [mapRow.pointer, into.pointer];
      kernels().linear(x, channels, mapWeights.pointer, 0, y, outputs, batch * width, channels, outputs, 1);
    };
  };
}

/** Row `index` of a matrix of `size` columns. */
const rowOf = (matrix: Float32Array, size: number, index: number): Float32Array =>
  matrix.subarray(index * size, (index + 1) * size);

function imageBias(
  bias: Float32Array,
  ofClass: Float32Array | undefined,
  vector: { readonly weights: Float32Array; readonly values: Float32Array } | undefined,
): Float32Array {
  const sum = bias.slice();
  ofClass?.forEach((value, n) => {
    sum[n] += value;
  });
  vector?.values.forEach((value, d) => {
    rowOf(vector.weights, sum.length, d).forEach((weight, n) => {
      sum[n] += value * weight;
    });
  });
  return sum;
}

/** What the conditions add at one pixel, for layers that work a pixel at a time. */
export interface PixelBiases {
  beginRow(row: number): void;
  /** Adds to pre-activations [B, N]. */
  addTo(into: Floats, column: number): void;
}

/** {@link biasRows} pixel by pixel, without a bias of the layer's own; nothing, where no condition is read. */
export function pixelBiases(
  weights: ConditionParams<Float32Array>,
  outputs: number,
  packed: Arena,
): (frame: Frame, context: HostContext, memory: Arena) => PixelBiases | undefined {
  if (!isConditional(weights)) return () => undefined;
  const open = biasRows(weights, new Float32Array(outputs), packed);
  return (frame, context, memory) => {
    const { batch, width } = frame;
    const write = open(frame, context, memory);
    const row = memory.floats(batch * width * outputs);
    return {
      beginRow: (index) => write(index, row),
      addTo(into, column) {
        for (let b = 0; b < batch; b++)
          kernels().add(row.at((b * width + column) * outputs), into.at(b * outputs), outputs);
      },
    };
  };
}
