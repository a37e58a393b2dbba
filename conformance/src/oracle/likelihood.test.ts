import { describe, expect, it } from 'vitest';
import { oracleBernoulliNats, oracleCategoricalNats, oracleLogisticMixtureNats } from './likelihood.ts';
import { oracleMap } from './map.ts';

const frame = { batch: 1, height: 28, width: 28 };

describe('C18: units', () => {
  it('784 fair bits cost 543.43 nats', () => {
    const zeros = oracleMap(new Float64Array(784), frame);
    expect(oracleBernoulliNats(zeros, zeros)[0]).toBeCloseTo(784 * Math.LN2, 9);
  });

  it('a uniform softmax over 256 levels costs 8 bits a sub-pixel', () => {
    const small = { batch: 2, height: 2, width: 2 };
    const images = oracleMap(
      Array.from({ length: 24 }, (_, i) => i * 10),
      small,
    );
    const nats = oracleCategoricalNats(oracleMap(new Float64Array(24 * 256), small), images, 256);
    for (const value of nats) expect(value / (12 * Math.LN2)).toBeCloseTo(8, 12);
  });

  it('probabilities by hand', () => {
    const pixel = { batch: 1, height: 1, width: 1 };
    const bernoulli = (x: number) => Math.exp(-oracleBernoulliNats(oracleMap([1.2], pixel), oracleMap([x], pixel))[0]);
    expect(bernoulli(1)).toBeCloseTo(1 / (1 + Math.exp(-1.2)), 14);
    expect(bernoulli(0) + bernoulli(1)).toBeCloseTo(1, 14);
    const logits = oracleMap([0, 1, 2, 5, 5, 6], pixel);
    const nats = oracleCategoricalNats(logits, oracleMap([2, 0], pixel), 3)[0];
    const softmax = (z: number[], k: number) => Math.exp(z[k]) / z.reduce((sum, v) => sum + Math.exp(v), 0);
    expect(Math.exp(-nats)).toBeCloseTo(softmax([0, 1, 2], 2) * softmax([5, 5, 6], 0), 14);
  });
});

describe('C15, C16: a mixture of discretized logistics', () => {
  const pixel = { batch: 1, height: 1, width: 1 };
  const probability = (parameters: number[], levels: number, ...values: number[]) =>
    Math.exp(-oracleLogisticMixtureNats(oracleMap(parameters, pixel), oracleMap(values, pixel), levels)[0]);
  const sum = (values: number[]) => values.reduce((a, b) => a + b);
  const all = (levels: number) => Array.from({ length: levels }, (_, level) => level);

  it.each([
    [0, -7],
    [3, -2],
    [3, -7],
    [-0.4, 1],
  ])('256 levels of mean %d and log-scale %d sum to 1', (mean, logScale) => {
    const parameters = [1, 0, mean, 0.2, logScale, -1];
    expect(sum(all(256).map((level) => probability(parameters, 256, level)))).toBeCloseTo(1, 12);
  });

  it('all colours sum to 1', () => {
    const parameters = Array.from({ length: 20 }, (_, i) => Math.sin(3 * i + 1));
    const colours = all(4).flatMap((r) => all(4).flatMap((g) => all(4).map((b) => [r, g, b])));
    expect(sum(colours.map((colour) => probability(parameters, 4, ...colour)))).toBeCloseTo(1, 13);
  });

  it('three levels by hand', () => {
    const cdf = (x: number) => 1 / (1 + Math.exp(-(x - 0.1) * Math.exp(0.5)));
    const parameters = [0, 0.1, -0.5];
    expect(probability(parameters, 3, 0)).toBeCloseTo(cdf(-0.5), 14);
    expect(probability(parameters, 3, 1)).toBeCloseTo(cdf(0.5) - cdf(-0.5), 14);
    expect(probability(parameters, 3, 2)).toBeCloseTo(1 - cdf(0.5), 14);
  });

  // TensorFlow Probability 0.25 in float64 (its substrate of NumPy): the quantized logistics of its distribution PixelCNN,
  // QuantizedDistribution(TransformedDistribution(Logistic(loc, scale), Shift(−½)), 0, L − 1), in a mixture.
  it.each([
    [256, [0, 128, 255], 8.66867290828812],
    [256, [200, 190, 60], 20.84792862959053],
    [256, [17, 255, 3], 16.692649193393784],
    [8, [0, 3, 7], 4.981699740387098],
    [8, [5, 5, 0], 8.231765806781754],
    [256, [0], 0.9262035890699518],
    [256, [77], 6.277012748342978],
    [256, [255], 1.6916978011448822],
  ])('as TensorFlow Probability says: %d levels, pixel %j', (levels, values, nats) => {
    const parameters = Array.from({ length: values.length === 1 ? 9 : 30 }, (_, i) => 1.5 * Math.sin(3 * i + 1));
    expect(-Math.log(probability(parameters, levels, ...values))).toBeCloseTo(nats, 11);
  });
});
