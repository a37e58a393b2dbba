// The training operations as plain float64 loops, forward only: what the kernels are tested against. Gradients are tested
// against differences of these functions.

export interface Images {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}
export interface ConvOptions {
  readonly rows: number;
  readonly width: number;
  readonly last: number;
  readonly relu: boolean;
}
type Values = ArrayLike<number>;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const rectify = (x: number) => Math.max(x, 0);

/** x [B, H, W, Ci], w [taps·Ci, Co], b [Co] → [B, H, W, Co]. */
export function conv(x: Values, w: Values, b: Values, images: Images, options: ConvOptions): Float64Array {
  const { batch, height, width } = images;
  const outputs = b.length;
  const inputs = x.length / (batch * height * width);
  const y = new Float64Array(batch * height * width * outputs);
  for (let cell = 0; cell < batch * height * width; cell++) {
    const [row, column] = [Math.floor(cell / width) % height, cell % width];
    for (let o = 0; o < outputs; o++) y[cell * outputs + o] = b[o];
    let tap = 0;
    for (let i = 0; i < options.rows; i++)
      for (let j = 0; j < (i === options.rows - 1 ? options.last : options.width); j++, tap++) {
        const [up, right] = [options.rows - 1 - i, j - Math.floor(options.width / 2)];
        if (row - up < 0 || column + right < 0 || column + right >= width) continue;
        const from = (cell - up * width + right) * inputs;
        for (let k = 0; k < inputs; k++) {
          const value = options.relu ? rectify(x[from + k]) : x[from + k];
          for (let o = 0; o < outputs; o++) y[cell * outputs + o] += value * w[(tap * inputs + k) * outputs + o];
        }
      }
  }
  return y;
}
const POINTWISE: ConvOptions = { rows: 1, width: 1, last: 1, relu: false };

export interface ScanOptions {
  readonly kind: 'diagonal' | 'row';
  readonly directions: number;
  readonly hidden: number;
  readonly merge: boolean;
}

/** Taps of a cell: indices of cells of the same image, 'start' for h0 and c0, or 'zero'. The last-but-one of a row is its own column. */
function taps(
  kind: string,
  images: Images,
  mirror: boolean,
  row: number,
  column: number,
): (number | 'start' | 'zero')[] {
  const { width } = images;
  const at = row * width + column;
  if (kind === 'diagonal') {
    const before = column + (mirror ? 1 : -1);
    return [row > 0 ? at - width : 'zero', before >= 0 && before < width ? row * width + before : 'start'];
  }
  return [-1, 0, 1].map((step) => {
    if (column + step < 0 || column + step >= width) return 'zero';
    return row > 0 ? at - width + step : 'start';
  });
}

/** x [B, H, W, D·4h], w [D, T, h, 4h], h0, c0 [D, h] → [B, H, W, h] or [B, H, W, D·h]. */
export function scan(x: Values, w: Values, h0: Values, c0: Values, images: Images, options: ScanOptions): Float64Array {
  const { batch, height, width } = images;
  const { directions, hidden, merge } = options;
  const channels = merge || directions === 1 ? hidden : directions * hidden;
  const y = new Float64Array(batch * height * width * channels);
  for (let image = 0; image < batch; image++)
    for (let d = 0; d < directions; d++) {
      const h = scanImage(x, w, h0, c0, images, options, image, d);
      for (let cell = 0; cell < height * width; cell++) {
        const target = merge && d === 1 ? cell + width : cell;
        if (target >= height * width) continue;
        const offset = merge ? 0 : d * hidden;
        for (let u = 0; u < hidden; u++)
          y[(image * height * width + target) * channels + offset + u] += h[cell * hidden + u];
      }
    }
  return y;
}

/** The hidden states of one image in one direction, [H, W, h]. */
function scanImage(
  x: Values,
  w: Values,
  h0: Values,
  c0: Values,
  images: Images,
  { kind, directions, hidden }: ScanOptions,
  image: number,
  d: number,
): Float64Array {
  const { height, width } = images;
  const count = kind === 'row' ? 3 : 2;
  const h = new Float64Array(height * width * hidden);
  const c = new Float64Array(height * width * hidden);
  for (let step = 0; step < height * width; step++) {
    const row = Math.floor(step / width);
    const column = d === 1 ? width - 1 - (step % width) : step % width;
    const cell = row * width + column;
    const from = ((image * height * width + cell) * directions + d) * 4 * hidden;
    const gates = Array.from({ length: 4 * hidden }, (_, q) => x[from + q]);
    const near = taps(kind, images, d === 1, row, column);
    near.forEach((tap, t) => {
      if (tap === 'zero') return;
      for (let k = 0; k < hidden; k++) {
        const value = tap === 'start' ? h0[d * hidden + k] : h[tap * hidden + k];
        for (let q = 0; q < 4 * hidden; q++) gates[q] += value * w[((d * count + t) * hidden + k) * 4 * hidden + q];
      }
    });
    const carried = near[1]; // left (diagonal), above (row)
    for (let u = 0; u < hidden; u++) {
      const [o, f, i] = [0, 1, 2].map((gate) => sigmoid(gates[gate * hidden + u]));
      const previous = typeof carried === 'number' ? c[carried * hidden + u] : c0[d * hidden + u];
      c[cell * hidden + u] = f * previous + i * Math.tanh(gates[3 * hidden + u]);
      h[cell * hidden + u] = o * Math.tanh(c[cell * hidden + u]);
    }
  }
  return h;
}

export interface LayerInputs {
  readonly x: Values;
  readonly wi: Values;
  readonly bi: Values;
  readonly ws: Values;
  readonly h0: Values;
  readonly c0: Values;
  readonly wo: Values;
  readonly bo: Values;
}
export function lstmLayer(inputs: LayerInputs, images: Images, options: ScanOptions, residual: boolean): Float64Array {
  const { x, wi, bi, ws, h0, c0, wo, bo } = inputs;
  const window = options.kind === 'row' ? { rows: 1, width: 3, last: 2, relu: false } : POINTWISE;
  const states = scan(conv(x, wi, bi, images, window), ws, h0, c0, images, { ...options, merge: true });
  const y = conv(states, wo, bo, images, POINTWISE);
  return residual ? y.map((value, i) => value + x[i]) : y;
}

export function pixelCnnBlock(
  x: Values,
  weights: readonly Values[],
  biases: readonly Values[],
  images: Images,
  options: ConvOptions,
): Float64Array {
  const [first, middle, last] = [
    { ...POINTWISE, relu: true },
    { ...options, relu: true },
    { ...POINTWISE, relu: true },
  ];
  const s1 = conv(x, weights[0], biases[0], images, first);
  const s2 = conv(s1, weights[1], biases[1], images, middle);
  return conv(s2, weights[2], biases[2], images, last).map((value, i) => value + x[i]);
}

export interface GatedInputs {
  /** [B, H, W, P] each. */
  readonly xh: Values;
  readonly xv: Values;
  readonly wv: Values;
  readonly bv: Values;
  readonly wl: Values;
  readonly wh: Values;
  readonly bh: Values;
  readonly wo: Values;
  readonly bo: Values;
  readonly cv?: Values;
  readonly ch?: Values;
}
/** → yh and yv, [B, H, W, P] each. */
export function gatedLayer(inputs: GatedInputs, images: Images, size: number, residual: boolean): Float64Array[] {
  const features = inputs.bo.length;
  const half = (size - 1) / 2;
  const perImage = images.height * images.width * 2 * features;
  const conditional = (z: Float64Array, c?: Values) =>
    c ? z.map((value, i) => value + c[Math.floor(i / perImage) * 2 * features + (i % (2 * features))]) : z;
  const window = { rows: half + 1, width: size, last: size, relu: false };
  const v = conditional(conv(inputs.xv, inputs.wv, inputs.bv, images, window), inputs.cv);
  const link = conv(v, inputs.wl, new Float64Array(2 * features), images, POINTWISE);
  const row = { rows: 1, width: size, last: half + 1, relu: false };
  const u = conditional(conv(inputs.xh, inputs.wh, inputs.bh, images, row), inputs.ch).map((z, i) => z + link[i]);
  const here = conv(gate(u, features), inputs.wo, inputs.bo, images, POINTWISE);
  return [residual ? here.map((value, i) => value + inputs.xh[i]) : here, gate(v, features)];
}
/** tanh ⊙ σ of the halves of each pixel's 2·features channels. */
export function gate(z: Values, features: number): Float64Array {
  return Float64Array.from({ length: z.length / 2 }, (_, i) => {
    const at = Math.floor(i / features) * 2 * features + (i % features);
    return Math.tanh(z[at]) * sigmoid(z[at + features]);
  });
}

export function softmaxCrossEntropy(logits: Values, labels: Values): Float64Array {
  const levels = logits.length / labels.length;
  return Float64Array.from(labels, (label, row) => {
    const z = Array.from({ length: levels }, (_, i) => logits[row * levels + i]);
    const largest = Math.max(...z);
    return largest + Math.log(z.reduce((sum, value) => sum + Math.exp(value - largest), 0)) - z[label];
  });
}

export function bernoulliCrossEntropy(logits: Values, targets: Values): Float64Array {
  return Float64Array.from({ length: logits.length }, (_, i) => {
    const z = logits[i];
    return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - z * targets[i];
  });
}
