// The training operations as plain float64 loops, forward only: what the kernels are tested against. Gradients are tested
// against differences of these functions. The LSTM is missing: `conformance` compares its kernels with the oracle of the layers.

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
/** elu(x) and elu(−x), each pixel's side by side. */
export function concatElu(x: Values, channels: number): Float64Array {
  const elu = (value: number) => (value > 0 ? value : Math.expm1(value));
  return Float64Array.from({ length: 2 * x.length }, (_, i) => {
    const at = Math.floor(i / (2 * channels)) * channels + (i % channels);
    return elu(i % (2 * channels) < channels ? x[at] : -x[at]);
  });
}
/** residual + z₁ ⊙ σ(z₂) of the halves of each pixel's 2·features channels. */
export function gatedResidual(z: Values, residual: Values, features: number): Float64Array {
  return Float64Array.from({ length: z.length / 2 }, (_, i) => {
    const at = Math.floor(i / features) * 2 * features + (i % features);
    return residual[i] + z[at] * sigmoid(z[at + features]);
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

/**
 * −ln Σ_k π_k Π_c P_k(level of channel c), P = σ(a) − σ(b) at the edges of the level's bin, which in the tails lie at infinity
 * (PixelCNN++, eq. 2–3): parameters [M, K·(1 + 2)], of colours [M, K·(1 + 9)], pixels [M, C] → [M].
 */
export function logisticMixtureCrossEntropy(
  parameters: Values,
  pixels: Values,
  levels: number,
  channels: number,
): Float64Array {
  const rows = pixels.length / channels;
  const size = parameters.length / rows;
  const components = size / (channels === 1 ? 3 : 10);
  const scaled = (level: number) => (2 * level) / (levels - 1) - 1;
  return Float64Array.from({ length: rows }, (_, row) => {
    const z = Array.from({ length: size }, (_, i) => parameters[row * size + i]);
    const pixel = Array.from({ length: channels }, (_, c) => pixels[row * channels + c]);
    /** Row `block` of the channels' blocks, of it the `part`-th K numbers. */
    const at = (block: number, part: number, k: number) =>
      z[components * (1 + (channels === 1 ? 2 : 3) * block + part) + k];
    const weights = z.slice(0, components).map(Math.exp);
    let p = 0;
    for (let k = 0; k < components; k++) {
      const [red, green, blue] = [0, 1, 2].map((block) => (channels === 1 ? 0 : Math.tanh(at(block, 2, k))));
      const [r, g] = pixel.map(scaled);
      const shifts = [0, red * r, green * r + blue * g];
      p += pixel.reduce((product, level, c) => {
        const [mean, inverse] = [at(c, 0, k) + shifts[c], Math.exp(-Math.max(at(c, 1, k), -7))];
        const edge = (side: number) => sigmoid((scaled(level) + side / (levels - 1) - mean) * inverse);
        return product * ((level < levels - 1 ? edge(1) : 1) - (level > 0 ? edge(-1) : 0));
      }, weights[k]);
    }
    return -Math.log(p / weights.reduce((a, b) => a + b));
  });
}
