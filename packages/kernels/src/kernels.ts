import { WASM_BASE64 } from './generated/streaming.ts';
import { heap } from './heap.ts';
import { compile, instantiate, STACK_BYTES } from './module.ts';

/**
 * The arithmetic of generation. Every `x`, `y`, … is a byte pointer into the kernels' memory (`Floats.pointer`, `Floats.at`), strides
 * and sizes count floats, and nothing is checked. The result of an element depends on its own inputs alone, to the bit: not on
 * the batch it is computed in, its position, or the machine. A NaN that enters comes out.
 */
export interface Kernels {
  /**
   * `y[b] = init[b] + x[b] · W` with W row-major [inputs, outputs]; `init` 0: from zeros. x [batch, inputs], init and y [batch, outputs] have rows
   * `xStride`, `initStride` and `yStride` apart; with an `initStride` of 0 all start from the same row, a bias. `init` may be `y`; x and y must not
   * overlap. Sums run in the order of the inputs.
   */
  linear(
    x: number,
    xStride: number,
    w: number,
    init: number,
    initStride: number,
    y: number,
    yStride: number,
    batch: number,
    inputs: number,
    outputs: number,
  ): void;
  /**
   * One LSTM step from pre-activations `gates` [batch, 4·hidden], in the order o, f, i, g (PixelRNN, eq. 3):
   * `c = σ(f)·cPrev + σ(i)·tanh(g)`, `h = σ(o)·tanh(c)`. `c` may be `cPrev`.
   */
  lstmCell(
    gates: number,
    gatesStride: number,
    cPrev: number,
    cPrevStride: number,
    c: number,
    cStride: number,
    h: number,
    hStride: number,
    batch: number,
    hidden: number,
  ): void;
  /** `y = tanh(x[0…width)) · σ(x[width…2·width))`: x [batch, 2·width] → y [batch, width] (Gated PixelCNN, eq. 2). */
  gate(x: number, xStride: number, y: number, yStride: number, batch: number, width: number): void;
  /** `y = softmax(x · inverseTemperature)` for each of `rows` rows of `n`; `y` may be `x`. */
  softmax(
    x: number,
    xStride: number,
    y: number,
    yStride: number,
    rows: number,
    n: number,
    inverseTemperature: number,
  ): void;
  /**
   * For each of the L levels of a channel of one pixel, ln of its probability times those of the pixel's earlier channels, under a
   * mixture of K discretized logistics (PixelCNN++, eq. 2–3): `y` [L], whose softmax are the probabilities given those channels.
   * `parameters` [K·(1 + 2)], of colours [K·(1 + 9)], in the published order; `pixel`: the levels of the earlier channels; `work`:
   * K·(L + 4) floats.
   */
  logisticMixture(
    parameters: number,
    pixel: number,
    work: number,
    y: number,
    components: number,
    channels: number,
    levels: number,
    channel: number,
  ): void;
  /** `y = x + a · σ(b)` for gates (a, b): x, y [batch, width], gates [batch, 2·width]; `y` may be `x` (PixelCNN++, the gated resnet). */
  gateOnto(x: number, gates: number, y: number, batch: number, width: number): void;
  /** elu of x and of −x, side by side: [batch, width] → [batch, 2·width]. elu(x) = x for x > 0, else eˣ − 1. */
  concatElu(x: number, y: number, batch: number, width: number): void;
  /** `y = x`: rows of `n` values, `xStride` and `yStride` apart. */
  copy(x: number, xStride: number, y: number, yStride: number, batch: number, n: number): void;
  /** `y = max(x, 0)` for rows as in `copy`; `y` may be `x`. */
  relu(x: number, xStride: number, y: number, yStride: number, batch: number, n: number): void;
  /** `z = x + y` for rows as in `copy`; `z` may be `x` or `y`. */
  add(
    x: number,
    xStride: number,
    y: number,
    yStride: number,
    z: number,
    zStride: number,
    batch: number,
    n: number,
  ): void;
  /** `y = eˣ` over `n` values, 1e-6 relative (as the two below); 0 and ∞ beyond the range of float32. `y` may be `x`. */
  exp(x: number, y: number, n: number): void;
  tanh(x: number, y: number, n: number): void;
  /** `y = 1 / (1 + e⁻ˣ)`, as accurate in its far tails, down to 2⁻¹²⁶. */
  sigmoid(x: number, y: number, n: number): void;
}

let instance: Kernels | undefined;

/** The kernels over the memory of `floats`; compiled, synchronously, on first use. */
export function kernels(): Kernels {
  if (!instance) {
    const { memory, allocate } = heap();
    instance = instantiate(compile(WASM_BASE64), allocate(STACK_BYTES), { memory }) as unknown as Kernels;
  }
  return instance;
}
