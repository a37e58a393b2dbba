import type { Features } from '@pixelrnn/core';
import { addProduct, sigmoid } from './arithmetic.ts';
import { type OracleConditionParams, type OracleConditions, withConditions } from './conditions.ts';
import { eachPixelOf, forEachPixel, type OracleAffine, type OracleMap, pixelOf } from './map.ts';

export interface OracleTwoStreamConfig {
  readonly resnets: number;
  readonly scales: number;
}

interface Resnet extends OracleConditionParams {
  readonly conv: OracleAffine;
  readonly auxiliary?: OracleAffine;
  readonly gates: OracleAffine;
}

type Both<T> = { readonly above: T; readonly here: T };
type Stream = keyof Both<unknown>;
type Maps = Both<OracleMap>;

export type OracleTwoStreamParams = { readonly [step: string]: Both<OracleAffine | Resnet> } & {
  readonly head: OracleAffine;
};

type Offset = readonly [row: number, column: number];
const box = (rows: readonly number[], columns: readonly number[]): Offset[] =>
  rows.flatMap((row) => columns.map((column) => [row, column] as const));

/** Where a tap reads from the pixel: 2×3 down-shifted, 2×2 down-right-shifted. */
const KERNEL: Both<Offset[]> = { above: box([-1, 0], [-1, 0, 1]), here: box([-1, 0], [-1, 0]) };
const STEM: Both<Offset[]> = { above: box([-2, -1], [-1, 0, 1]), here: [...box([-1], [-1, 0, 1]), [0, -1]] };
const POINT: Offset[] = [[0, 0]];

/** The network of PixelCNN++ (Salimans et al. 2017): parameters of step i under `${i}-${what it is}`, those of the 1×1 at its end under `head`. */
export function oracleTwoStream(
  { resnets, scales }: OracleTwoStreamConfig,
  params: OracleTwoStreamParams,
  { here: image }: Features<OracleMap>,
  conditions: OracleConditions,
): Features<OracleMap> {
  let index = 0;
  let told = conditions;
  const next = <T>(kind: string) => params[`${index++}-${kind}`] as unknown as Both<T>;
  const both = (make: (stream: Stream) => OracleMap): Maps => ({ above: make('above'), here: make('here') });
  const resnet = (x: Maps, shortCut?: Maps): Maps => {
    const own = next<Resnet>('resnet');
    const above = gatedResnet('above', own.above, x.above, shortCut ? [shortCut.above] : [], told);
    return {
      above,
      here: gatedResnet('here', own.here, x.here, shortCut ? [above, shortCut.here] : [above], told),
    };
  };

  const stack: Maps[] = [];
  const input = withOnes(image, 2 ** (scales - 1));
  let x: Maps = both(() => input);
  for (let scale = 0; scale < scales; scale++) {
    told = atScale(conditions, scale, scales);
    const first = next<OracleAffine>(scale === 0 ? 'stem' : 'halve');
    const before = x;
    x = both((stream) =>
      scale === 0
        ? convolution(before[stream], first[stream], STEM[stream])
        : convolution(before[stream], first[stream], KERNEL[stream], 2),
    );
    stack.push(x);
    for (let i = 0; i < resnets; i++) {
      x = resnet(x);
      stack.push(x);
    }
  }
  stack.pop();
  for (let scale = scales - 1; scale >= 0; scale--) {
    const isDeepest = scale === scales - 1;
    told = atScale(conditions, scale, scales);
    if (!isDeepest) {
      const double = next<OracleAffine>('double');
      const before = x;
      x = both((stream) => transposed(before[stream], double[stream], stream === 'above' ? 3 : 2));
    }
    for (let i = 0; i < resnets + (isDeepest ? 0 : 1); i++) x = resnet(x, stack.pop());
  }
  const activated = { ...x.here, values: x.here.values.map(elu) };
  return { here: cropped(convolution(activated, params.head, POINT), image) };
}

/** A map's mean over the 2ˢ × 2ˢ pixels that a pixel of scale s stands for, zeros outside of the image counted. */
function atScale(conditions: OracleConditions, scale: number, scales: number): OracleConditions {
  const { map } = conditions;
  if (!map) return conditions;
  const block = 2 ** scale;
  const side = (length: number) => (2 ** (scales - 1) * Math.ceil(length / 2 ** (scales - 1))) / block;
  const size = { batch: map.batch, height: side(map.height), width: side(map.width) };
  const within = box([...Array(block).keys()], [...Array(block).keys()]);
  const mean = (image: number, row: number, column: number) =>
    Float64Array.from({ length: map.channels }, (_, k) =>
      within.reduce((sum, [r, c]) => sum + pixelOf(map, image, block * row + r, block * column + c)[k] / block ** 2, 0),
    );
  return { ...conditions, map: forEachPixel(size, map.channels, mean) };
}

const elu = (x: number): number => (x > 0 ? x : Math.expm1(x));

/** f(x) = elu([x, −x]) of several maps, side by side before the sign is taken away. */
function activate(maps: readonly OracleMap[]): OracleMap {
  const channels = maps.reduce((sum, map) => sum + 2 * map.channels, 0);
  const values = new Float64Array((maps[0].values.length / maps[0].channels) * channels);
  let start = 0;
  for (const map of maps) {
    map.values.forEach((value, i) => {
      const at = Math.floor(i / map.channels) * channels + start + (i % map.channels);
      values[at] = elu(value);
      values[at + map.channels] = elu(-value);
    });
    start += 2 * map.channels;
  }
  return { ...maps[0], channels, values };
}

/** x + a·σ(b), where (a, b) is the second convolution, and what the first gives is joined by the auxiliary maps. */
function gatedResnet(
  stream: Stream,
  { conv, auxiliary, gates, ...tables }: Resnet,
  x: OracleMap,
  others: readonly OracleMap[],
  conditions: OracleConditions,
): OracleMap {
  const own = convolution(activate([x]), conv, KERNEL[stream]);
  const heard = auxiliary && convolution(activate(others), auxiliary, POINT);
  const sum = { ...own, values: own.values.map((value, i) => value + (heard?.values[i] ?? 0)) };
  const z = withConditions(convolution(activate([sum]), gates, KERNEL[stream]), tables, conditions);
  const { channels } = x;
  return forEachPixel(x, channels, (image, row, column) => {
    const pixel = pixelOf(z, image, row, column);
    return pixelOf(x, image, row, column).map((value, k) => value + pixel[k] * sigmoid(pixel[channels + k]));
  });
}

/** y(r, c) = bias + Σ W·x(stride·r + Δr, stride·c + Δc) */
function convolution(x: OracleMap, params: OracleAffine, offsets: readonly Offset[], stride = 1): OracleMap {
  const weights = normalized(params);
  const size = { batch: x.batch, height: x.height / stride, width: x.width / stride };
  const y = forEachPixel(size, params.bias.length, () => params.bias);
  for (let image = 0; image < x.batch; image++)
    for (let row = 0; row < size.height; row++)
      for (let column = 0; column < size.width; column++)
        offsets.forEach(([dr, dc], tap) => {
          const input = pixelOf(x, image, stride * row + dr, stride * column + dc);
          addProduct(pixelOf(y, image, row, column), input, weights, tap);
        });
  return y;
}

/** Every pixel (r, c) writes rows 2r and 2r + 1, and `width` columns of which 2c is the one before the last; the border is cut off. */
function transposed(x: OracleMap, params: OracleAffine, width: number): OracleMap {
  const weights = normalized(params);
  const size = { batch: x.batch, height: 2 * x.height, width: 2 * x.width };
  const y = forEachPixel(size, params.bias.length, () => params.bias);
  for (let image = 0; image < x.batch; image++)
    for (let row = 0; row < x.height; row++)
      for (let column = 0; column < x.width; column++)
        for (let tap = 0; tap < 2 * width; tap++) {
          const at = 2 * column + (tap % width) - (width - 2);
          if (at < 0) continue;
          const target = pixelOf(y, image, 2 * row + Math.floor(tap / width), at);
          addProduct(target, pixelOf(x, image, row, column), weights, tap);
        }
  return y;
}

/** Salimans & Kingma 2016, eq. 2: the filter of every output has the length that its gain says. */
function normalized({ weights, gain }: OracleAffine): Float64Array {
  const outputs = gain!.length;
  const squares = new Float64Array(outputs);
  for (let i = 0; i < weights.length; i++) squares[i % outputs] += weights[i] ** 2;
  return Float64Array.from(weights, (v, i) => (v * gain![i % outputs]) / Math.sqrt(squares[i % outputs]));
}

function withOnes(image: OracleMap, multiple: number): OracleMap {
  const ones = eachPixelOf(image, image.channels + 1, (pixel) => [...pixel, 1]);
  const up = (side: number) => multiple * Math.ceil(side / multiple);
  const size = { batch: image.batch, height: up(image.height), width: up(image.width) };
  return forEachPixel(size, ones.channels, (item, row, column) => pixelOf(ones, item, row, column));
}

const cropped = (map: OracleMap, size: OracleMap): OracleMap =>
  forEachPixel(size, map.channels, (image, row, column) => pixelOf(map, image, row, column));
