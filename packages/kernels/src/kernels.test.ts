import { describe, expect, test } from 'vitest';
import { floats, floatsOf, kernels } from './index.ts';

/** Reproducible values in [-scale, scale]. */
function values(length: number, seed: number, scale = 1): Float32Array {
  let state = (seed * 2654435761) >>> 0 || 1;
  return Float32Array.from({ length }, () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return scale * ((state / 2 ** 32) * 2 - 1);
  });
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Runs `body` on copies of the arrays in the kernels' memory and returns the contents of the last one. */
function run(arrays: ArrayLike<number>[], body: (...pointers: number[]) => void): number[] {
  const blocks = arrays.map((array) => floatsOf(array));
  body(...blocks.map((block) => block.pointer));
  const result = [...blocks[blocks.length - 1].array];
  for (const block of blocks) block.free();
  return result;
}

function expectClose(actual: number[], wanted: number[], tolerance: number): void {
  expect(actual.length).toBe(wanted.length);
  const scale = Math.max(...wanted.map(Math.abs), 1e-30);
  const worst = Math.max(...actual.map((value, i) => Math.abs(value - wanted[i]) / scale));
  expect(worst).toBeLessThan(tolerance);
}

describe('exp, tanh, sigmoid', () => {
  const wide = Float32Array.from({ length: 20001 }, (_, i) => (i - 10000) / 115); // -87 … 87
  const tiny = Float32Array.from({ length: 200 }, (_, i) => 2 ** (-i / 2));
  const points = [...wide, ...tiny, ...tiny.map((x) => -x)];
  const functions = { exp: Math.exp, tanh: Math.tanh, sigmoid } as const;
  for (const name of ['exp', 'tanh', 'sigmoid'] as const) {
    test(`${name} is within 1e-6 relative of float64`, () => {
      const got = run([points, points], (x, y) => kernels()[name](x, y, points.length));
      let worst = 0;
      points.forEach((x, i) => {
        const wanted = functions[name](x);
        if (Math.abs(wanted) > 2 ** -126) worst = Math.max(worst, Math.abs(got[i] - wanted) / Math.abs(wanted));
      });
      expect(worst).toBeLessThan(1e-6);
    });
    test(`${name} lets NaN through and does not depend on the position`, () => {
      const x = values(67, 3, 20);
      x[5] = Number.NaN;
      x[66] = Number.NaN;
      const all = run([x, x], (a, b) => kernels()[name](a, b, 67));
      expect(all[5]).toBeNaN();
      expect(all[66]).toBeNaN();
      const single = [...x].map((value) => run([[0, value, 0], [0]], (a, b) => kernels()[name](a + 4, b, 1))[0]);
      expect(single).toEqual(all);
    });
  }
  test('the ends of the range', () => {
    const x = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 89, -110, 200, -200, 0];
    const of = (name: keyof typeof functions) => run([x, x], (a, b) => kernels()[name](a, b, x.length));
    const infinity = Number.POSITIVE_INFINITY;
    expect(of('exp')).toEqual([infinity, 0, infinity, 0, infinity, 0, 1]);
    expectClose(of('tanh'), [1, -1, 1, -1, 1, -1, 0], 1e-6);
    expectClose(of('sigmoid'), [1, 0, 1, 0, 1, 0, 0.5], 1e-6);
  });
});

describe('rows that lie apart', () => {
  const [rows, n] = [3, 19];
  const [xStride, yStride, zStride] = [n + 2, n + 5, n + 1];
  const [x, y, z] = [values(rows * xStride, 5), values(rows * yStride, 6), values(rows * zStride, 7)];
  /** z, with `f` of the elements of x and y in its rows; what lies between them stays. */
  const wanted = (f: (x: number, y: number) => number) =>
    [...z].map((old, i) => {
      const [row, j] = [Math.floor(i / zStride), i % zStride];
      return j < n ? Math.fround(f(x[row * xStride + j], y[row * yStride + j])) : old;
    });

  test('copy', () => {
    expect(run([x, z], (a, c) => kernels().copy(a, xStride, c, zStride, rows, n))).toEqual(wanted((a) => a));
    const spread = run([x, z], (a, c) => kernels().copy(a, 0, c, zStride, rows, n)); // one row for all
    expect(spread.slice(zStride, zStride + n)).toEqual([...x.subarray(0, n)]);
  });
  test('relu', () => {
    const relu = run([x, z], (a, c) => kernels().relu(a, xStride, c, zStride, rows, n));
    expect(relu).toEqual(wanted((a) => Math.max(a, 0)));
    expect(run([[Number.NaN, 1]], (a) => kernels().relu(a, 2, a, 2, 1, 2))).toEqual([Number.NaN, 1]);
  });
  test('add', () => {
    const sum = run([x, y, z], (a, b, c) => kernels().add(a, xStride, b, yStride, c, zStride, rows, n));
    expect(sum).toEqual(wanted((a, b) => a + b));
    const [one, two] = [x.subarray(0, n), y.subarray(0, n)];
    const inPlace = run([one, two], (a, b) => kernels().add(a, n, b, n, b, n, 1, n));
    expect(inPlace).toEqual([...one].map((value, i) => Math.fround(value + two[i])));
  });
});

describe('linear', () => {
  const shapes = [
    [1, 1, 1],
    [1, 7, 33],
    [2, 32, 64],
    [3, 5, 19],
    [5, 130, 47],
    [16, 16, 16],
    [1, 300, 100],
    [4, 0, 9],
  ];
  for (const [batch, inputs, outputs] of shapes) {
    test(`batch ${batch}, ${inputs} -> ${outputs}, with strides, from zeros, a bias, other rows and its own`, () => {
      const [xStride, initStride, yStride] = [inputs + 3, outputs + 1, outputs + 2];
      const [x, w] = [values(batch * xStride, 1), values(Math.max(1, inputs * outputs), 2)];
      const [init, y0] = [values(batch * initStride, 3), values(batch * yStride, 4)];
      /** @param from what row b begins with, at column j */
      const expectFrom = (
        from: (b: number, j: number) => number,
        start: (i: number, y: number) => [number, number],
      ) => {
        const wanted = [...y0];
        for (let b = 0; b < batch; b++)
          for (let j = 0; j < outputs; j++) {
            let sum = from(b, j);
            for (let k = 0; k < inputs; k++) sum += x[b * xStride + k] * w[k * outputs + j];
            wanted[b * yStride + j] = sum;
          }
        const got = run([x, w, init, y0], (px, pw, pi, py) =>
          kernels().linear(px, xStride, pw, ...start(pi, py), py, yStride, batch, inputs, outputs),
        );
        expectClose(got, wanted, 1e-6);
      };
      expectFrom(
        () => 0,
        () => [0, 0],
      );
      expectFrom(
        (_, j) => init[j],
        (i) => [i, 0],
      );
      expectFrom(
        (b, j) => init[b * initStride + j],
        (i) => [i, initStride],
      );
      expectFrom(
        (b, j) => y0[b * yStride + j],
        (_, y) => [y, yStride],
      );
    });
  }

  test('a row has the same bits in every batch and at every address', () => {
    const [inputs, outputs] = [150, 77];
    const [x, w] = [values(17 * inputs, 1), values(inputs * outputs, 2)];
    const product = (first: number, batch: number, shift: number) => {
      const block = floats(x.length + shift);
      block.set(x, shift);
      const y = run([w, new Float32Array(batch * outputs)], (pw, py) =>
        kernels().linear(block.at(shift + first * inputs), inputs, pw, 0, 0, py, outputs, batch, inputs, outputs),
      );
      block.free();
      return y;
    };
    const all = product(0, 17, 0);
    for (let row = 0; row < 17; row++)
      expect(product(row, 1, row % 5)).toEqual(all.slice(row * outputs, (row + 1) * outputs));
    expect(product(3, 6, 1)).toEqual(all.slice(3 * outputs, 9 * outputs));
  });

  test('a NaN reaches its own row and no other', () => {
    const x = values(3 * 10, 1);
    x[12] = Number.NaN;
    const y = run([x, values(60, 2), new Float32Array(18)], (px, pw, py) =>
      kernels().linear(px, 10, pw, 0, 0, py, 6, 3, 10, 6),
    );
    expect(y.map(Number.isNaN)).toEqual(y.map((_, i) => i >= 6 && i < 12));
  });
});

describe('lstmCell', () => {
  for (const hidden of [1, 4, 7, 16, 33])
    test(`hidden ${hidden}`, () => {
      const [batch, stride] = [3, 4 * hidden + 1];
      const [gates, previous] = [values(batch * stride, 1, 4), values(batch * hidden, 2, 2)];
      const [c, h]: number[][] = [[], []];
      for (let b = 0; b < batch; b++)
        for (let u = 0; u < hidden; u++) {
          const [o, f, i, g] = [0, 1, 2, 3].map((gate) => gates[b * stride + gate * hidden + u]);
          c.push(sigmoid(f) * previous[b * hidden + u] + sigmoid(i) * Math.tanh(g));
          h.push(sigmoid(o) * Math.tanh(c[c.length - 1]));
        }
      const cell = (inPlace: boolean) => {
        const blocks = [gates, previous, new Float32Array(c.length), new Float32Array(c.length)].map(floatsOf);
        const [pg, pp, pc, ph] = blocks.map((block) => block.pointer);
        const target = inPlace ? pp : pc;
        kernels().lstmCell(pg, stride, pp, hidden, target, hidden, ph, hidden, batch, hidden);
        const result = [[...blocks[inPlace ? 1 : 2].array], [...blocks[3].array]];
        for (const block of blocks) block.free();
        return result;
      };
      const [gotC, gotH] = cell(false);
      expectClose(gotC, c, 1e-6);
      expectClose(gotH, h, 1e-6);
      expect(cell(true)).toEqual([gotC, gotH]);
    });
});

test('gate', () => {
  for (const width of [1, 5, 16, 30]) {
    const stride = 2 * width + 3;
    const x = values(2 * stride, width, 5);
    const wanted = Array.from({ length: 2 * width }, (_, i) => {
      const [b, u] = [Math.floor(i / width), i % width];
      return Math.tanh(x[b * stride + u]) * sigmoid(x[b * stride + width + u]);
    });
    const got = run([x, new Float32Array(2 * width)], (px, py) => kernels().gate(px, stride, py, width, 2, width));
    expectClose(got, wanted, 1e-6);
  }
});

test('gateOnto', () => {
  for (const width of [1, 5, 16, 30]) {
    const [x, gates] = [values(2 * width, width, 3), values(4 * width, width + 1, 5)];
    const wanted = [...x].map((value, i) => {
      const a = 2 * width * Math.floor(i / width) + (i % width);
      return value + gates[a] * sigmoid(gates[a + width]);
    });
    const got = run([x, gates, x], (px, pg, py) => kernels().gateOnto(px, pg, py, 2, width));
    expectClose(got, wanted, 1e-6);
    expect(run([gates, x], (pg, px) => kernels().gateOnto(px, pg, px, 2, width))).toEqual(got);
  }
});

test('concatElu', () => {
  const elu = (x: number) => (x > 0 ? x : Math.expm1(x));
  for (const width of [1, 5, 16]) {
    const x = [...values(2 * width, width, 3)];
    const halves = [x.slice(0, width), x.slice(width)].flatMap((row) => [row, row.map((value) => -value)]);
    const got = run([x, new Float32Array(4 * width)], (px, py) => kernels().concatElu(px, py, 2, width));
    expectClose(got, halves.flat().map(elu), 1e-6);
  }
  const ends = run([[0, 100, Number.NaN], new Float32Array(6)], (px, py) => kernels().concatElu(px, py, 1, 3));
  expect(ends).toEqual([0, 100, Number.NaN, -0, -1, Number.NaN]);
});

describe('softmax', () => {
  for (const n of [1, 2, 5, 10, 256])
    for (const inverseTemperature of [1, 0.5, 3])
      test(`${n} values, inverse temperature ${inverseTemperature}`, () => {
        const x = values(3 * n, n, 30);
        const wanted = [0, 1, 2].flatMap((row) => {
          const logits = [...x.slice(row * n, (row + 1) * n)].map((value) => value * inverseTemperature);
          const largest = Math.max(...logits);
          const terms = logits.map((value) => Math.exp(value - largest));
          const sum = terms.reduce((a, b) => a + b, 0);
          return terms.map((term) => term / sum);
        });
        const got = run([x, x], (px, py) => kernels().softmax(px, n, py, n, 3, n, inverseTemperature));
        expectClose(got, wanted, 2e-6);
        expect(run([x], (px) => kernels().softmax(px, n, px, n, 3, n, inverseTemperature))).toEqual(got);
      });

  test('huge logits stay finite, -infinity has probability 0, NaN spreads over its row only', () => {
    const x = [1e30, 0, -1e30, 5, Number.NEGATIVE_INFINITY, 5, 1, Number.NaN, 2];
    const y = run([x, x], (px, py) => kernels().softmax(px, 3, py, 3, 3, 3, 1));
    expect(y.slice(0, 6)).toEqual([1, 0, 0, 0.5, 0, 0.5]);
    expect(y.slice(6)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe('logisticMixture', () => {
  /** The kernel's own, exponentiated and normalized by float64. */
  const pmf = (parameters: ArrayLike<number>, pixel: number[], channel: number, levels: number) => {
    const channels = pixel.length;
    const components = parameters.length / (channels === 1 ? 3 : 10);
    const work = new Float32Array(components * (levels + 4));
    const logs = run([parameters, pixel, work, new Float32Array(levels)], (z, p, w, y) =>
      kernels().logisticMixture(z, p, w, y, components, channels, levels, channel),
    );
    const largest = Math.max(...logs);
    const powers = logs.map((value) => Math.exp(value - largest));
    const total = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / total);
  };
  const cdf = (edge: number, mean: number, logScale: number) => sigmoid((edge - mean) * Math.exp(-logScale));
  /** Of levels that stand at −1 … 1: what of the logistic lies in each bin, the outer ones without end. */
  const logistic = (levels: number, mean: number, logScale: number) =>
    Array.from({ length: levels }, (_, v) => {
      const [x, half] = [(2 * v) / (levels - 1) - 1, 1 / (levels - 1)];
      const upper = v < levels - 1 ? cdf(x + half, mean, logScale) : 1;
      return upper - (v > 0 ? cdf(x - half, mean, logScale) : 0);
    });

  test('grey: the levels of one logistic, and of two', () => {
    for (const levels of [2, 3, 16, 256]) {
      const [first, second] = [logistic(levels, 0.3, -2), logistic(levels, -0.6, -1)];
      expectClose(pmf([5, 0.3, -2], [0], 0, levels), first, 2e-6);
      const both = first.map((p, v) => (3 * p + second[v]) / 4);
      expectClose(pmf([Math.log(3), 0, 0.3, -0.6, -2, -1], [0], 0, levels), both, 2e-6);
    }
  });

  test('sharper than the clamp is as sharp as the clamp', () => {
    expect(pmf([0, 0.3, -20], [0], 0, 256)).toEqual(pmf([0, 0.3, -7], [0], 0, 256));
  });

  test('RGB: means follow the earlier channels, weights are those of the components given them', () => {
    const levels = 8;
    const z = values(20, 11, 1.5);
    const pixel = [6, 1, 4];
    const x = (c: number) => (2 * pixel[c]) / 7 - 1;
    const at = (block: number, part: number, k: number) => z[2 + 6 * block + 2 * part + k];
    const weights = [Math.exp(z[0]), Math.exp(z[1])];
    for (const channel of [0, 1, 2]) {
      const each = [0, 1].map((k) => {
        const t = [0, 1, 2].map((block) => Math.tanh(at(block, 2, k)));
        const shift = [0, t[0] * x(0), t[1] * x(0) + t[2] * x(1)][channel];
        return logistic(levels, at(channel, 0, k) + shift, at(channel, 1, k));
      });
      const total = weights[0] + weights[1];
      const wanted = each[0].map((p, v) => (weights[0] * p + weights[1] * each[1][v]) / total);
      expectClose(pmf(z, pixel, channel, levels), wanted, 2e-6);
      for (const k of [0, 1]) weights[k] *= each[k][pixel[channel]];
    }
  });

  test('later channels are not read, a NaN among the parameters comes out', () => {
    const z = values(30, 12);
    const [wrong, poisoned] = [Number.NaN, z.slice()];
    poisoned[4] = wrong;
    expect(pmf(z, [6, wrong, wrong], 1, 8)).toEqual(pmf(z, [6, 1, 2], 1, 8));
    expect(pmf(poisoned, [6, 1, 2], 1, 8)).toEqual(new Array(8).fill(wrong));
  });
});
