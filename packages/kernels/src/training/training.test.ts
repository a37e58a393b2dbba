import { describe, expect, test } from 'vitest';
import { FUSED_KERNELS, type FusedKernel } from '../ops.ts';
import {
  error,
  gradientError,
  liveBlocks,
  outputShapes,
  random,
  run,
  runWithGradient,
  type Tensor,
  type Tensors,
} from './harness.fixture.ts';
import * as reference from './reference.fixture.ts';
import type { Attributes } from './shapes.ts';

type Values = { readonly [name: string]: ArrayLike<number> };

/**
 * Compares the outputs and every gradient with the float64 function `wanted` of the inputs' values: one output, or several of which the
 * first `given` have a gradient.
 */
function check(
  kernel: FusedKernel,
  inputs: Tensors,
  attributes: Attributes,
  wanted: (inputs: Values) => Float64Array | Float64Array[],
  given = kernel.outputs.length,
): void {
  const values: Values = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor.values]));
  const all = (inputs: Values) => [wanted(inputs)].flat();
  const dys = outputShapes(kernel, inputs, attributes)
    .outputs.slice(0, given)
    .map((shape, i) => random(shape, 99 + i));
  const { outputs, gradients } = runWithGradient(kernel, inputs, attributes, ...dys);
  for (const [i, expected] of all(values).entries())
    expect(error(outputs[i], expected), kernel.outputs[i]).toBeLessThan(2e-6);
  const dot = (a: Float64Array, b: ArrayLike<number>) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  for (const name of kernel.gradient.outputs.filter((output) => inputs[output])) {
    const loss = (changed: Float64Array) => {
      const changedOutputs = all({ ...values, [name]: changed });
      return dys.reduce((sum, dy, i) => sum + dot(changedOutputs[i], dy.values), 0);
    };
    expect(gradientError(gradients[name], values[name], loss), `gradient of ${name}`).toBeLessThan(2e-5);
  }
  expect(liveBlocks()).toBe(1);
}

describe('PixelrnnMaskedConv2d', () => {
  const cases: [number[], number[], boolean][] = [
    // [B, H, W, Ci, Co], [rows, width, last], relu
    [[2, 6, 5, 7, 9], [1, 1, 1], false],
    [[3, 4, 4, 8, 32], [1, 1, 1], true],
    [[2, 7, 9, 5, 13], [1, 3, 2], false],
    [[2, 5, 6, 16, 16], [2, 3, 2], true],
    [[1, 8, 8, 1, 12], [4, 7, 3], false],
    [[1, 5, 6, 3, 6], [4, 7, 4], true],
    [[9, 3, 2, 4, 1], [2, 3, 1], false],
    [[1, 1, 1, 3, 5], [2, 5, 5], false],
    [[1, 4, 3, 2, 3], [2, 1, 0], true],
  ];
  for (const [[B, H, W, Ci, Co], [rows, width, last], relu] of cases)
    for (const residual of [false, true])
      test(`${[B, H, W, Ci, Co]} taps ${[rows, width, last]} relu ${relu} residual ${residual}`, () => {
        const inputs: Tensors = {
          x: random([B, H, W, Ci], 1),
          w: random([((rows - 1) * width + last) * Ci, Co], 2),
          b: random([Co], 3),
          ...(residual ? { residual: random([B, H, W, Co], 4) } : {}),
        };
        const images = { batch: B, height: H, width: W };
        const attributes = { rows, width, last, relu };
        check(FUSED_KERNELS.maskedConv2d, inputs, attributes, (v) => {
          const y = reference.conv(v.x, v.w, v.b, images, attributes);
          return residual ? y.map((value, i) => value + v.residual[i]) : y;
        });
      });

  // Neighbouring pixels share products of their common taps; a colour mask must hide to the bit all the same.
  describe.each([
    [
      [2, 5, 6, 9, 6],
      [2, 3, 2],
    ],
    [
      [1, 4, 7, 16, 32],
      [2, 3, 3],
    ],
    [
      [1, 3, 5, 6, 9],
      [1, 3, 2],
    ],
  ])('%j taps %j with a colour mask', ([B, H, W, Ci, Co], [rows, width, last]) => {
    const taps = (rows - 1) * width + last;
    const images = { batch: B, height: H, width: W };
    const attributes = { rows, width, last, relu: false };
    const group = (channel: number, channels: number) => Math.floor((3 * channel) / channels);
    const w = random([taps * Ci, Co], 2);
    const own = (rows - 1) * width + 1;
    const masked = Float32Array.from(w.values, (value, i) => {
      const [row, output] = [Math.floor(i / Co), i % Co];
      return Math.floor(row / Ci) === own && group(row % Ci, Ci) > group(output, Co) ? 0 : value;
    });
    const inputs = { x: random([B, H, W, Ci], 1), w: { shape: w.shape, values: masked }, b: random([Co], 3) };

    test('computes what the formula says', () =>
      check(FUSED_KERNELS.maskedConv2d, inputs, attributes, (v) => reference.conv(v.x, v.w, v.b, images, attributes)));

    test('hides later colours of a pixel from its earlier ones', () => {
      const before = run(FUSED_KERNELS.maskedConv2d.name, inputs, attributes)[0];
      const pixel = Math.floor((H * W) / 2);
      const changed = Float32Array.from(inputs.x.values);
      changed[pixel * Ci + Ci - 1] += 1; // of the last group
      const x = { shape: inputs.x.shape, values: changed };
      const after = run(FUSED_KERNELS.maskedConv2d.name, { ...inputs, x }, attributes)[0];
      const outputs = (y: Float32Array, groups: readonly number[]) =>
        [...y.slice(pixel * Co, (pixel + 1) * Co)].filter((_, output) => groups.includes(group(output, Co)));
      expect(outputs(after, [0, 1])).toEqual(outputs(before, [0, 1]));
      expect(outputs(after, [2])).not.toEqual(outputs(before, [2]));
    });
  });
});

const LSTM_SIZES = [
  [1, 1, 1, 4],
  [1, 5, 7, 3],
  [2, 7, 5, 1],
  [3, 6, 6, 16],
  [2, 5, 4, 18],
  [1, 3, 8, 5],
  [9, 3, 4, 8],
  [1, 1, 9, 6],
  [1, 9, 1, 7],
];

/** That a kernel and its gradient write every number and give back what they took. What the numbers are, `conformance` asks. */
function checkComplete(kernel: FusedKernel, inputs: Tensors, attributes: Attributes, output: number[]): void {
  const { outputs, gradients } = runWithGradient(kernel, inputs, attributes, random(output, 99));
  const [y] = outputs;
  expect(y).toHaveLength(output.reduce((a, b) => a * b));
  expect(y.some(Number.isNaN)).toBe(false);
  for (const name of kernel.gradient.outputs.filter((output) => output in inputs)) {
    expect(gradients[name], name).toHaveLength(inputs[name].values.length);
    expect(gradients[name].some(Number.isNaN), name).toBe(false);
  }
  expect(liveBlocks()).toBe(1);
}

describe.each(LSTM_SIZES)('the LSTM kernels, %j', (B, H, W, h) => {
  test.each([
    { kind: 'diagonal', D: 2, merge: true },
    { kind: 'diagonal', D: 2, merge: false },
    { kind: 'diagonal', D: 1, merge: true },
    { kind: 'row', D: 1, merge: true },
  ])('PixelrnnLstmScan $kind, directions $D, merge $merge, is complete', ({ kind, D, merge }) => {
    const inputs = {
      x: random([B, H, W, D * 4 * h], 1, 2),
      w: random([D, kind === 'row' ? 3 : 2, h, 4 * h], 2, 1.5 / Math.sqrt(h)),
      h0: random([D, h], 3),
      c0: random([D, h], 4),
    };
    checkComplete(FUSED_KERNELS.lstmScan, inputs, { kind, merge }, [B, H, W, merge ? h : D * h]);
  });

  test.each([
    { kind: 'diagonal', D: 2, residual: true, conditional: true },
    { kind: 'diagonal', D: 1, residual: false, conditional: false },
    { kind: 'row', D: 1, residual: true, conditional: false },
    { kind: 'row', D: 1, residual: false, conditional: true },
  ])('PixelrnnLstmLayer $kind, directions $D, residual $residual, conditional $conditional, is complete', (options) => {
    const { kind, D, residual, conditional } = options;
    const Ci = h + 1;
    const Co = residual ? Ci : 2 * h;
    const inputs = {
      x: random([B, H, W, Ci], 1),
      wi: random([(kind === 'row' ? 2 : 1) * Ci, D * 4 * h], 2, 0.7),
      bi: random([D * 4 * h], 3),
      ws: random([D, kind === 'row' ? 3 : 2, h, 4 * h], 4, 1.5 / Math.sqrt(h)),
      h0: random([D, h], 5),
      c0: random([D, h], 6),
      wo: random([h, Co], 7),
      bo: random([Co], 8),
      ...(conditional && { ci: random([B, D * 4 * h], 9) }),
    };
    checkComplete(FUSED_KERNELS.lstmLayer, inputs, { kind, residual }, [B, H, W, Co]);
  });
});

describe('PixelrnnPixelCnnBlock', () => {
  for (const [[B, H, W, C, h], [rows, width, last]] of [
    [
      [1, 5, 7, 6, 3],
      [2, 3, 2],
    ],
    [
      [2, 6, 5, 16, 8],
      [2, 3, 2],
    ],
    [
      [9, 3, 4, 5, 5],
      [3, 5, 3],
    ],
  ])
    test(`${[B, H, W, C, h]} taps ${[rows, width, last]}`, () => {
      const inputs = {
        x: random([B, H, W, C], 1),
        w1: random([C, h], 2),
        b1: random([h], 3),
        w2: random([((rows - 1) * width + last) * h, h], 4),
        b2: random([h], 5),
        w3: random([h, C], 6),
        b3: random([C], 7),
      };
      const images = { batch: B, height: H, width: W };
      const attributes = { rows, width, last };
      check(FUSED_KERNELS.pixelCnnBlock, inputs, attributes, (v) =>
        reference.pixelCnnBlock(v.x, [v.w1, v.w2, v.w3], [v.b1, v.b2, v.b3], images, { ...attributes, relu: true }),
      );
    });
});

describe('PixelrnnGatedLayer', () => {
  for (const [B, H, W, P, size] of [
    [1, 4, 5, 3, 3],
    [2, 5, 4, 8, 3],
    [9, 3, 3, 5, 5],
    [2, 3, 2, 4, 1],
  ])
    for (const [conditional, given] of [
      [false, 2],
      [true, 2],
      [true, 1],
    ] as const)
      test(`${[B, H, W, P]} size ${size} conditional ${conditional}, ${given} outputs with a gradient`, () => {
        const residual = P !== 8;
        const half = (size + 1) / 2;
        const inputs = {
          xh: random([B, H, W, P], 1),
          xv: random([B, H, W, P], 2),
          wv: random([half * size, P, 2 * P], 3, 0.5),
          bv: random([2 * P], 4),
          wl: random([2 * P, 2 * P], 5, 0.5),
          wh: random([half * P, 2 * P], 6, 0.5),
          bh: random([2 * P], 7),
          wo: random([P, P], 8),
          bo: random([P], 9),
          ...(conditional ? { cv: random([B, 2 * P], 10), ch: random([B, 2 * P], 11) } : {}),
        } as Tensors;
        const images = { batch: B, height: H, width: W };
        const wanted = (v: Values) =>
          reference.gatedLayer(v as unknown as reference.GatedInputs, images, size, residual);
        check(FUSED_KERNELS.gatedLayer, inputs, { size, residual }, wanted, given);
      });
});

describe('PixelrnnGate', () => {
  for (const [B, H, W, P] of [
    [1, 1, 1, 1],
    [2, 3, 5, 3],
    [3, 4, 4, 16],
  ])
    test(`${[B, H, W, P]}`, () => {
      check(FUSED_KERNELS.gate, { z: random([B, H, W, 2 * P], 1, 4) }, {}, ({ z }) => reference.gate(z, P));
    });
  test('refuses an odd number of channels', () => {
    expect(() => run('PixelrnnGate', { z: random([1, 1, 1, 3], 1) }, {})).toThrow(
      'gate: expected an even number of channels, got 3',
    );
  });
});

describe('PixelrnnConcatElu', () => {
  test.each([
    [1, 1, 1, 1],
    [2, 3, 5, 3],
    [3, 4, 4, 18],
  ])('%i×%i×%i×%i', (...shape) => {
    check(FUSED_KERNELS.concatElu, { x: random(shape, 1, 4) }, {}, ({ x }) => reference.concatElu(x, shape[3]));
  });
  test('has the slope 1 on both sides at 0, and stays finite far from it', () => {
    const x = { shape: [1, 1, 1, 3], values: [0, 200, -200] };
    const dy = { shape: [1, 1, 1, 6], values: [3, 3, 3, 1, 1, 1] };
    expect([...run('PixelrnnConcatElu', { x }, {})[0]]).toEqual([0, 200, -1, -0, -1, 200]);
    expect([...run('PixelrnnConcatEluGrad', { dy, x }, {})[0]]).toEqual([2, 3, -1]);
  });
});

describe('PixelrnnGatedResidual', () => {
  test.each([
    [1, 1, 1, 1],
    [2, 3, 5, 3],
    [3, 4, 4, 18],
  ])('%i×%i×%i×%i', (B, H, W, P) => {
    const inputs = { z: random([B, H, W, 2 * P], 1, 4), residual: random([B, H, W, P], 2) };
    check(FUSED_KERNELS.gatedResidual, inputs, {}, ({ z, residual }) => reference.gatedResidual(z, residual, P));
  });
  test('refuses a residual of another size', () => {
    const inputs = { z: random([1, 1, 1, 4], 1), residual: random([1, 1, 1, 3], 2) };
    expect(() => run('PixelrnnGatedResidual', inputs, {})).toThrow('expected residual [1, 1, 1, 2], got [1,1,1,3]');
  });
});

describe('cross-entropies', () => {
  const labels = (rows: number, levels: number): Tensor => ({
    shape: [rows],
    values: Array.from({ length: rows }, (_, i) => (i * 7) % levels),
    integers: true,
  });
  for (const [M, L] of [
    [7, 256],
    [5, 10],
    [33, 3],
    [1, 1],
    [40, 5],
  ])
    test(`softmax ${M} rows of ${L}`, () => {
      const inputs = { logits: random([M, L], 1, 10), labels: labels(M, L) };
      check(FUSED_KERNELS.softmaxCrossEntropy, inputs, {}, (v) => reference.softmaxCrossEntropy(v.logits, v.labels));
    });
  for (const M of [1, 7, 100])
    test(`Bernoulli ${M}`, () => {
      const targets = { shape: [M], values: Array.from({ length: M }, (_, i) => i % 2) };
      const inputs = { logits: random([M], 1, 30), targets };
      check(FUSED_KERNELS.bernoulliCrossEntropy, inputs, {}, (v) =>
        reference.bernoulliCrossEntropy(v.logits, v.targets),
      );
    });
  for (const [M, C, K, L] of [
    [7, 3, 10, 256],
    [5, 1, 5, 256],
    [33, 3, 1, 8],
    [6, 1, 4, 2],
    [40, 3, 3, 3],
  ])
    test(`mixture of ${K} logistics, ${M} pixels of ${C} channels of ${L} levels`, () => {
      const pixels = { shape: [M, C], values: Array.from({ length: M * C }, (_, i) => (i * 7) % L) };
      const inputs = { parameters: random([M, K * (C === 1 ? 3 : 10)], 1, 2), pixels };
      check(FUSED_KERNELS.logisticMixtureCrossEntropy, inputs, { levels: L }, (v) =>
        reference.logisticMixtureCrossEntropy(v.parameters, v.pixels, L, C),
      );
    });
  test('a mixture at its extremes: below the clamp, far away, wide beyond measure', () => {
    // One component of grey pixels of 256 levels: logit, mean, log-scale; nats and gradient by hand.
    const s = Math.exp(7);
    const [bin, sigmoid] = [(2 / 255) * s, (x: number) => 1 / (1 + Math.exp(-x))];
    const [left, right] = [(2 / 255 - 1e4) * s, (254 / 255 + 1e4) * s];
    const rows: readonly { z: number[]; level: number; nats: number; gradient: number[] }[] = [
      { z: [0, 0, -30], level: 127, nats: -Math.log(0.5 - sigmoid(-bin)), gradient: [0, s * (0.5 - sigmoid(-bin)), 0] },
      { z: [5, 1e4, -7], level: 128, nats: -left, gradient: [0, s, left] },
      { z: [0, -1e4, -7], level: 255, nats: right, gradient: [0, -s, -right] },
      { z: [0, 0, 60], level: 128, nats: 60 - Math.log(2 / 255 / 4), gradient: [0, 0, 1] },
      { z: [0, 0, 60], level: 0, nats: Math.LN2, gradient: [0, Math.exp(-60) / 2, (-254 / 255) * (Math.exp(-60) / 2)] },
    ];
    const parameters = { shape: [rows.length, 3], values: rows.flatMap(({ z }) => z) };
    const pixels = { shape: [rows.length, 1], values: rows.map(({ level }) => level) };
    const dy = { shape: [rows.length], values: rows.map(() => 1) };
    const kernel = FUSED_KERNELS.logisticMixtureCrossEntropy;
    const { outputs, gradients } = runWithGradient(kernel, { parameters, pixels }, { levels: 256 }, dy);
    rows.forEach(({ nats, gradient }, row) => {
      expect(error([outputs[0][row]], [nats])).toBeLessThan(1e-6);
      expect(error(gradients.parameters.slice(3 * row, 3 * row + 3), gradient)).toBeLessThan(1e-6);
    });
  });
  test('a mixture of colours at its extremes is three of grey, at means that follow with ±1', () => {
    // One component of 256 levels. Coefficients so large that their tanh is ±1: of green on red, of blue on red, of blue on green.
    const kernel = FUSED_KERNELS.logisticMixtureCrossEntropy;
    const colours = [
      { means: [0, 0.1, -0.2], logScale: -7, signs: [1, -1, 1], pixel: [255, 0, 128] },
      { means: [1e4, -1e4, 1e4], logScale: -7, signs: [-1, 1, 1], pixel: [0, 255, 0] },
      { means: [-1e4, 3, 40], logScale: -30, signs: [1, 1, -1], pixel: [255, 1, 254] },
      { means: [0, 0, 0], logScale: 60, signs: [1, -1, -1], pixel: [0, 128, 255] },
    ];
    const cost = (z: number[], pixel: number[]) => {
      const inputs = {
        parameters: { shape: [1, z.length], values: z },
        pixels: { shape: [1, pixel.length], values: pixel },
      };
      const { outputs, gradients } = runWithGradient(kernel, inputs, { levels: 256 }, { shape: [1], values: [1] });
      return { nats: outputs[0][0], gradient: [...gradients.parameters] };
    };
    for (const { means, logScale, signs, pixel } of colours) {
      const ofChannel = (c: number) => [means[c], logScale, 1e4 * signs[c]];
      const own = cost([0, ...ofChannel(0), ...ofChannel(1), ...ofChannel(2)], pixel);
      expect(own.gradient.every(Number.isFinite)).toBe(true);
      const [r, g] = pixel.map((level) => (2 * level) / 255 - 1);
      const follows = [0, signs[0] * r, signs[1] * r + signs[2] * g];
      const greys = pixel.map((level, c) => cost([0, means[c] + follows[c], logScale], [level]));
      expect(error([own.nats], [greys.reduce((sum, { nats }) => sum + nats, 0)])).toBeLessThan(1e-5);
      const steepest = Math.max(...greys.map(({ gradient }) => Math.abs(gradient[1])));
      greys.forEach(({ gradient }, c) => {
        expect(error(own.gradient.slice(1 + 3 * c, 3 + 3 * c), gradient.slice(1))).toBeLessThan(1e-5);
        // Of a tanh that is flat, to the last digit.
        expect(Math.abs(own.gradient[3 + 3 * c])).toBeLessThanOrEqual(1e-6 * steepest);
      });
    }
  });
  test('a pixel that holds no level gives NaN for its row only', () => {
    const pixels = { shape: [3, 3], values: [1, 2, 3, 1, Number.NaN, 3, 0, 0, 3] };
    const { outputs, gradients } = runWithGradient(
      FUSED_KERNELS.logisticMixtureCrossEntropy,
      { parameters: random([3, 20], 1), pixels },
      { levels: 4 },
      random([3], 2),
    );
    expect([...outputs[0]].map(Number.isNaN)).toEqual([false, true, false]);
    const rows = [0, 1, 2].map((row) => gradients.parameters.slice(20 * row, 20 * row + 20));
    expect(rows.map((row) => row.some(Number.isNaN))).toEqual([false, true, false]);
  });
  test('a mixture of other sizes is refused', () => {
    const refusal = (parameters: number[], pixels: number[]) => () =>
      run(
        'PixelrnnLogisticMixtureCrossEntropy',
        { parameters: random(parameters, 1), pixels: random(pixels, 2) },
        { levels: 4 },
      );
    expect(refusal([2, 6], [2, 2])).toThrow('logisticMixture: expected pixels of 1 or 3 channels, got 2');
    expect(refusal([2, 12], [2, 3])).toThrow('expected 3 parameters for each component, of colours 10, got 12');
    expect(refusal([2, 10], [3, 3])).toThrow('PixelrnnLogisticMixtureCrossEntropy: expected parameters [M = 3, P]');
  });
  test('a sure prediction keeps its relative accuracy', () => {
    const inputs = { logits: { shape: [3], values: [20, -40, 0] }, targets: { shape: [3], values: [1, 0, 1] } };
    const [loss] = run('PixelrnnBernoulliCrossEntropy', inputs, {});
    [Math.log1p(Math.exp(-20)), Math.log1p(Math.exp(-40)), Math.LN2].forEach((wanted, i) => {
      expect(Math.abs(loss[i] / wanted - 1)).toBeLessThan(1e-6);
    });
  });
  test('a label out of range gives NaN for its row only', () => {
    const logits = random([3, 4], 1);
    const wrong = { shape: [3], values: [0, 4, 3], integers: true };
    const { outputs, gradients } = runWithGradient(
      FUSED_KERNELS.softmaxCrossEntropy,
      { logits, labels: wrong },
      {},
      random([3], 2),
    );
    expect([...outputs[0]].map(Number.isNaN)).toEqual([false, true, false]);
    expect([...gradients.logits].map(Number.isNaN)).toEqual(Array.from({ length: 12 }, (_, i) => i >= 4 && i < 8));
  });
});

describe('what holds for all', () => {
  const [B, H, W, h] = [2, 5, 6, 4];
  const scanInputs = (x: ArrayLike<number>) => ({
    x: { shape: [B, H, W, 8 * h], values: x },
    w: random([2, 2, h, 4 * h], 2),
    h0: random([2, h], 3),
    c0: random([2, h], 4),
  });
  const x = random([B, H, W, 8 * h], 1).values as Float32Array;

  test('a NaN reaches exactly the cells that depend on it', () => {
    const poisoned = x.slice();
    poisoned[(2 * W + 3) * 8 * h] = Number.NaN; // image 0, pixel (2, 3), first direction
    const [y] = run('PixelrnnLstmScan', scanInputs(poisoned), { kind: 'diagonal', merge: true });
    const cells = Array.from({ length: B * H * W }, (_, cell) => Number.isNaN(y[cell * h]));
    expect(cells).toEqual(cells.map((_, cell) => cell < H * W && cell / W >= 2 && cell % W >= 3));
  });

  test('the same bits every time, and for an image in any batch', () => {
    const attributes = { kind: 'diagonal', merge: true };
    const [y] = run('PixelrnnLstmScan', scanInputs(x), attributes);
    expect(run('PixelrnnLstmScan', scanInputs(x), attributes)[0]).toEqual(y);
    const second = { ...scanInputs(x), x: { shape: [1, H, W, 8 * h], values: x.slice(x.length / 2) } };
    expect(run('PixelrnnLstmScan', second, attributes)[0]).toEqual(y.slice(y.length / 2));
  });

  test('the gradient of data is left out', () => {
    const [dy, image, weights] = [random([2, 5, 4, 6], 1), random([2, 5, 4, 1], 2), random([4, 6], 3)];
    const gradients = (attributes: Attributes) =>
      run('PixelrnnMaskedConv2dGrad', { dy, x: image, w: weights }, { rows: 2, width: 3, last: 1, ...attributes });
    const [dx, ...others] = gradients({ relu: false });
    expect(dx.length).toBe(40);
    expect(gradients({ relu: false, data: true })).toEqual([new Float32Array(0), ...others]);
  });

  test('shapes that do not fit are refused by name', () => {
    const convolution = { x: random([1, 2, 2, 3], 1), w: random([3, 4], 2), b: random([5], 3) };
    const attributes = { rows: 1, width: 1, last: 1, relu: false };
    expect(() => run('PixelrnnMaskedConv2d', convolution, attributes)).toThrow(
      'PixelrnnMaskedConv2d: expected b [Co = 4], got [5]',
    );
    expect(() => run('PixelrnnMaskedConv2d', convolution, { ...attributes, last: 2 })).toThrow(/taps: expected/);
    const three = { ...scanInputs(x), w: random([3, 2, h, 4 * h], 2) };
    expect(() => run('PixelrnnLstmScan', three, { kind: 'diagonal', merge: true })).toThrow(
      /expected 1 or 2 directions/,
    );
    expect(() => run('PixelrnnLstmScan', scanInputs(x), { kind: 'diagonal' })).toThrow(/expected an attribute merge/);
  });
});
