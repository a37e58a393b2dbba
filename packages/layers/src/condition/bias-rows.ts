import type { Frame, HostContext } from '@pixelrnn/core';
import type { Arena } from '@pixelrnn/kernels';
import {
  biasOf,
  type Matrix,
  matrixOf,
  newRow,
  pixelOf,
  type Row,
  rowOf,
  rowProduct,
  type StartRow,
} from '../rows/row.ts';
import type { ConditionParams } from './condition.ts';

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
): (frame: Frame, context: HostContext, memory: Arena) => StartRow {
  const outputs = bias.length;
  const own = biasOf(packed.floatsOf(bias));
  const mapWeights = map && matrixOf(packed.floatsOf(map), map.length / outputs, outputs);

  return (frame, context, memory) => {
    const isOfImages = classes !== undefined || vector !== undefined;
    const ofImage = isOfImages
      ? pixelOf(memory.floatsOf(imageBiases({ classes, vector }, bias, context, frame.batch)), outputs)
      : own;
    return mapWeights ? withMap(ofImage, mapWeights, context.map!, frame, memory) : () => ofImage;
  };
}

/** Adds a map [B, H, W, C] times its weights, row by row. */
function withMap(start: Row, weights: Matrix, map: Float32Array, frame: Frame, memory: Arena): StartRow {
  const { batch, height, width } = frame;
  const size = width * weights.inputs;
  const values = memory.floats(batch * size);
  const [x, y] = [rowOf(values, width, weights.inputs), newRow(frame, weights.outputs, memory)];
  return (row) => {
    for (let b = 0; b < batch; b++) values.set(line(map, size, b * height + row), b * size);
    rowProduct(x, weights, start, y, frame);
    return y;
  };
}

/** Row `index` of a matrix of `size` columns. */
const line = (matrix: Float32Array, size: number, index: number): Float32Array =>
  matrix.subarray(index * size, (index + 1) * size);

/** The biases of each image [B, N] under its class and vector. */
function imageBiases(
  { classes, vector }: ConditionParams<Float32Array>,
  bias: Float32Array,
  context: HostContext,
  batch: number,
): Float32Array {
  const outputs = bias.length;
  const biases = new Float32Array(batch * outputs);
  for (let image = 0; image < batch; image++) {
    const ofClass = classes && line(classes, outputs, context.labels![image]);
    const ofVector = vector && { weights: vector, values: line(context.vector!, vector.length / outputs, image) };
    biases.set(imageBias(bias, ofClass, ofVector), image * outputs);
  }
  return biases;
}

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
    line(vector.weights, sum.length, d).forEach((weight, n) => {
      sum[n] += value * weight;
    });
  });
  return sum;
}
