/** A batch of feature maps in float64: `values` is [batch, height, width, channels], row-major. */
export interface OracleMap extends OracleFrame {
  readonly channels: number;
  readonly values: Float64Array;
}

/** The pixels of a batch of maps. */
export interface OracleFrame {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

/** Parameters as flat row-major numbers; the shapes are those that each layer documents. */
export type OracleValues = ArrayLike<number>;

/** Weights [taps, inputs, outputs] and a bias [outputs]. */
export type OracleAffine = {
  readonly weights: OracleValues;
  readonly bias: OracleValues;
  readonly gain?: OracleValues;
};

/** Flat numbers as a map; the channels are what is left of the length. */
export function oracleMap(values: OracleValues, { batch, height, width }: OracleFrame): OracleMap {
  const channels = values.length / (batch * height * width);
  if (!Number.isInteger(channels))
    throw new Error(`oracleMap: wanted a multiple of ${batch}×${height}×${width} numbers, got ${values.length}`);
  return { batch, height, width, channels, values: Float64Array.from(values) };
}

/** The channels of one pixel; zeros outside the image. */
export function pixelOf(map: OracleMap, image: number, row: number, column: number): Float64Array {
  const { height, width, channels, values } = map;
  if (row < 0 || row >= height || column < 0 || column >= width) return new Float64Array(channels);
  const start = ((image * height + row) * width + column) * channels;
  return values.subarray(start, start + channels);
}

/** Computes a map pixel by pixel, in raster order. */
export function forEachPixel(
  { batch, height, width }: OracleFrame,
  channels: number,
  compute: (image: number, row: number, column: number) => OracleValues,
): OracleMap {
  const map = { batch, height, width, channels, values: new Float64Array(batch * height * width * channels) };
  for (let image = 0; image < batch; image++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) pixelOf(map, image, row, column).set(compute(image, row, column));
  return map;
}

/** Computes a map from one pixel of another at a time. */
export const eachPixelOf = (
  map: OracleMap,
  channels: number,
  compute: (pixel: Float64Array) => OracleValues,
): OracleMap => forEachPixel(map, channels, (image, row, column) => compute(pixelOf(map, image, row, column)));

/** The element-wise sum of two maps. */
export const addMaps = (a: OracleMap, b: OracleMap): OracleMap => ({
  ...a,
  values: a.values.map((v, i) => v + b.values[i]),
});
