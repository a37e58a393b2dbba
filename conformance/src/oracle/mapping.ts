import { addProduct } from './arithmetic.ts';
import type { OracleParams } from './layer.ts';
import { eachPixelOf, forEachPixel, type OracleAffine, type OracleMap, type OracleValues, pixelOf } from './map.ts';

/** What the nets around a model have in common. */
interface OracleMappingConfig {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly kernel?: number;
  readonly activation?: 'relu' | 'elu';
  /** Channels and stride of each layer. */
  readonly layers: readonly (readonly [channels: number, stride: number])[];
}

const affine = (params: OracleParams, name: string) => params[name] as unknown as OracleAffine;

/** relu, or elu. */
const activate = (x: OracleMap, activation = 'relu'): OracleMap =>
  eachPixelOf(x, x.channels, (pixel) =>
    pixel.map((value) => (value > 0 ? value : activation === 'elu' ? Math.expm1(value) : 0)),
  );

/** y(r, c) = b + Σ_ij W_ij·x(s·r + i − p, s·c + j − p), p = (k − 1) / 2: as much border on all sides. */
function around(x: OracleMap, { weights, bias }: OracleAffine, kernel: number, stride = 1): OracleMap {
  const size = { batch: x.batch, height: Math.ceil(x.height / stride), width: Math.ceil(x.width / stride) };
  const reach = (kernel - 1) / 2;
  return forEachPixel(size, bias.length, (image, row, column) => {
    const y = Float64Array.from(bias);
    for (let tap = 0; tap < kernel * kernel; tap++) {
      const [i, j] = [Math.floor(tap / kernel) - reach, (tap % kernel) - reach];
      addProduct(y, pixelOf(x, image, stride * row + i, stride * column + j), weights, tap);
    }
    return y;
  });
}

/** y(s·r + i, s·c + j) = W_ij·x(r, c) + b: every pixel becomes a block. */
function blocks(x: OracleMap, { weights, bias }: OracleAffine, stride: number): OracleMap {
  const size = { batch: x.batch, height: stride * x.height, width: stride * x.width };
  const block = new Float64Array(stride * stride * bias.length);
  return forEachPixel(size, bias.length, (image, row, column) => {
    addProduct(block.fill(0), pixelOf(x, image, Math.floor(row / stride), Math.floor(column / stride)), weights);
    const within = ((row % stride) * stride + (column % stride)) * bias.length;
    return Float64Array.from(bias, (value, k) => value + block[within + k]);
  });
}

/** Every number of an image's output of every number of its input, as one pixel: [B, 1, 1, D]. */
function dense(x: OracleMap, { weights, bias }: OracleAffine): OracleMap {
  const size = x.values.length / x.batch;
  return forEachPixel({ batch: x.batch, height: 1, width: 1 }, bias.length, (image) => {
    const y = Float64Array.from(bias);
    addProduct(y, x.values.subarray(image * size, (image + 1) * size), weights);
    return y;
  });
}

/** Convolutions with an activation after each, then a linear map to [B, D], or a kernel of 1×1 to [B, h, w, D]: the encoder of PixelVAE. */
export function oracleEncoder(config: OracleMappingConfig, params: OracleParams, image: OracleMap): Float64Array {
  const { layers, kernel = 3, activation, outputs } = config;
  const last = layers.reduce((x, [, stride], i) => {
    const y = around(x, affine(params, `${i}-convolution2d`), kernel, stride);
    return activate(y, activation);
  }, image);
  const end = (name: string) => affine(params, `${layers.length}-${name}`);
  return (outputs.length === 3 ? around(last, end('convolution2d'), 1) : dense(last, end('fullyConnected'))).values;
}

/** From [B, D], or a map [B, h, w, C], to features at the size of the image, [H, W, C]: PixelVAE §3.1. */
export function oracleUpsampler(
  config: OracleMappingConfig,
  params: OracleParams,
  latents: OracleValues,
  batch: number,
): OracleMap {
  const { layers, kernel = 3, activation, inputs, outputs } = config;
  const factor = layers.reduce((product, [, stride]) => product * stride, 1);
  const [height, width] = outputs.map((side) => side / factor);
  const given = { batch, height, width, channels: inputs[2], values: Float64Array.from(latents) };
  let x: OracleMap =
    inputs.length === 3
      ? around(given, affine(params, '0-convolution2d'), kernel)
      : { ...dense(given, affine(params, '0-fullyConnected')), height, width, channels: layers[0][0] };
  let index = 1;
  const next = (name: string) => affine(params, `${index++}-${name}`);
  for (const [, stride] of layers) {
    x = around(activate(x, activation), next('convolution2d'), kernel);
    x = blocks(activate(x, activation), next('transposedConv2d'), stride);
  }
  return around(activate(x, activation), next('convolution2d'), kernel);
}
