import { countParams, disposeParams, type GenerativeModel, type JsonObject, STILL } from '@pixelrnn/core';
import { describe, expect, it } from 'vitest';
import { createModel } from './create-model.ts';
import { PRESETS, type PresetName, presetModel } from './presets.ts';

interface Sizes {
  layers: number;
  hidden: number;
  head: number;
  image: { channels: number; levels: number };
  skip?: boolean;
}

/**
 * Weights and biases with masked taps counted, written from Table 1 of PixelRNN and not from our layers: the count that papers and
 * ports quote.
 */
function rawCount(kind: string, { layers, hidden: h, head, image, skip }: Sizes): number {
  const conv = (taps: number, inputs: number, outputs: number) => taps * inputs * outputs + outputs;
  const outputs = image.levels === 2 ? 1 : image.channels * image.levels;
  const block = {
    pixelCnn: conv(1, 2 * h, h) + conv(9, h, h) + conv(1, h, 2 * h),
    row: conv(3, 2 * h, 4 * h) + 3 * h * 4 * h + 2 * h + conv(1, h, 2 * h),
    diagonal: 2 * (conv(1, 2 * h, 4 * h) + 2 * h * 4 * h + 2 * h) + conv(1, h, 2 * h),
  }[kind]!;
  const skips = skip ? layers * conv(1, 2 * h, 2 * h) : 0;
  return (
    conv(49, image.channels, 2 * h) +
    layers * block +
    skips +
    conv(1, 2 * h, head) +
    conv(1, head, head) +
    conv(1, head, outputs)
  );
}

/** Weights, gains and biases of PixelCNN++, written from the equations of its code (its first layers as one map for each stream). */
function plusPlusCount(options: { f: number; resnets: number; scales: number; inputs: number; outputs: number }) {
  const { f, resnets, scales, inputs, outputs } = options;
  const conv = (taps: number, from: number, to: number) => taps * from * to + 2 * to;
  const resnet = (taps: number, auxiliary: number) =>
    conv(taps, 2 * f, f) + conv(taps, 2 * f, 2 * f) + (auxiliary > 0 ? conv(1, 2 * auxiliary * f, f) : 0);
  const stem = conv(6, inputs, f) + conv(4, inputs, f);
  const resample = conv(6, f, f) + conv(4, f, f);
  const down = scales * resnets * (resnet(6, 0) + resnet(4, 1));
  const up = (scales * resnets + scales - 1) * (resnet(6, 1) + resnet(4, 2));
  return stem + down + 2 * (scales - 1) * resample + up + conv(1, f, outputs);
}

/** How many numbers a model has at its start. */
function countOf(model: GenerativeModel): number {
  const params = model.init(STILL);
  const count = countParams(params);
  disposeParams(params);
  return count;
}

/** Which blocks a network has: the LSTM of a PixelRNN, or its system's own. */
const kindOf = (config: JsonObject): string => String(config.lstm ?? config.system);

const residual = (Object.keys(PRESETS) as PresetName[]).filter(
  (name) => ['pixelCnn', 'pixelRnn'].includes(PRESETS[name].config.system) && !('classes' in PRESETS[name].config),
);

/** Networks of hundreds of millions of numbers, whose masks alone take seconds. */
const ofLargeImages = (name: PresetName) => (name.startsWith('imagenet') ? ['slow'] : []);

describe('presets', () => {
  for (const name of Object.keys(PRESETS) as PresetName[])
    it(`${name} can be built again from its config`, { tags: ofLargeImages(name) }, () => {
      const model = presetModel(name);
      expect(createModel(JSON.parse(JSON.stringify(model.config))).config).toEqual(model.config);
      expect(model.image).toEqual(PRESETS[name].config.image);
    });

  it.each([
    ['mnist-pixel-vae', ['latents']],
    ['mnist-order-mixture', ['order']],
    ['mnist-auto-encoder', ['code']],
    ['mnist-multi-scale', []],
  ] as const)('%s tells what of it the nats of a sample are given: %s', (name, given) => {
    expect(presetModel(name).drawn!.given).toEqual(given);
  });

  it('a multi-scale model is given what its small one is', () => {
    const { image: _, ...small } = PRESETS['mnist-order-mixture'].config;
    expect(presetModel('mnist-multi-scale', { small }).drawn!.given).toEqual(['order']);
  });

  // Raw counts follow from the sizes in the paper, without skip connections, whose shape it does not give.
  it.each([
    ['mnist-diagonal-bilstm', 0.066],
    ['cifar10-diagonal-bilstm', 8.8],
    ['cifar10-row-lstm', 9.6],
    ['cifar10-pixel-cnn', 5.3],
    ['imagenet32-row-lstm', 70],
    ['imagenet64-row-lstm', 43],
  ] as const)('%s has about %d million raw parameters', (name, millions) => {
    const sizes = PRESETS[name].config;
    const raw = rawCount(kindOf(sizes), { ...sizes, skip: false }) / 1e6;
    expect(Math.abs(raw / millions - 1)).toBeLessThan(0.03);
  });

  it.each(residual.filter((name) => !name.startsWith('imagenet')))(
    '%s stores its raw parameters but for the taps that masks remove altogether',
    (name) => {
      const sizes = PRESETS[name].config as JsonObject & Sizes & { system: string };
      const params = presetModel(name).init(STILL);
      const stored = countParams(params);
      disposeParams(params);
      const h = sizes.hidden;
      const grey = sizes.image.channels === 1;
      const stem = (grey ? 25 : 24) * sizes.image.channels * 2 * h;
      const perLayer = { pixelCnn: 4 * h * h, row: 2 * h * 4 * h, diagonal: 0 }[kindOf(sizes)]!;
      const raw = rawCount(kindOf(sizes), sizes);
      expect(stored).toBe(raw - stem - sizes.layers * perLayer);
      console.info(`${name}: ${stored} parameters stored, ${raw} with masked taps counted`);
    },
  );

  it.each([
    'mnist-gated-pixel-cnn',
    'mnist-gated-pixel-cnn-classes',
    'cifar10-gated-pixel-cnn',
    'natural-gated-pixel-cnn',
  ] as const)('%s: each two-stack layer stores what its equations say', (name) => {
    const { layers, channels: p, size: k, head, image, ...rest } = PRESETS[name].config;
    const classes = 'classes' in rest ? rest.classes : 0;
    const components = 'likelihood' in rest ? rest.likelihood.config.components : 0;
    const tied = image.channels === 3 && components === 0; // by the network, whose first layer then has a centre tap
    const half = (size: number) => (size - 1) / 2;
    const layer = (inputs: number, vertical: number, horizontal: number) =>
      (vertical + horizontal) * inputs * 2 * p + 2 * 2 * p + 2 * p * 2 * p + p * p + p + 2 * classes * 2 * p;
    const first = layer(image.channels, half(7) * 7, half(7) + (tied ? 1 : 0));
    const later = layer(p, (half(k) + 1) * k, half(k) + 1);
    const outputs = components > 0 ? 10 * components : tied ? 768 : 1;
    const stored = first + layers * later + p * head + head + head * outputs + outputs;
    // Masked taps: the vertical kernels' lower halves, and what lies right of the pixel.
    const masked = (inputs: number, taps: number) => taps * inputs * 2 * p;
    const raw =
      stored +
      masked(image.channels, 49 - half(7) * 7 + 7 - half(7) - (tied ? 1 : 0)) +
      layers * masked(p, k * k - (half(k) + 1) * k + k - half(k) - 1);
    const params = presetModel(name).init(STILL);
    expect(countParams(params)).toBe(stored);
    disposeParams(params);
    console.info(`${name}: ${stored} parameters stored, ${raw} with masked taps counted`);
  });

  it('mnist-multi-scale stores its two networks, a map’s part in every layer of one, and its upsampler', () => {
    const { small, large, channels: c, factor } = PRESETS['mnist-multi-scale'].config;
    const network = ({ layers, hidden }: { layers: number; hidden: number }) =>
      countOf(presetModel('mnist-diagonal-bilstm', { layers, hidden }));
    const conv = (taps: number, inputs: number, outputs: number) => taps * inputs * outputs + outputs;
    const toMap = conv(9, 1, c) + conv(9, c, c) + factor * factor * c * c + c + conv(9, c, c);
    const ofMap = large.layers * c * 8 * large.hidden;
    expect(countOf(presetModel('mnist-multi-scale'))).toBe(network(small) + network(large) + ofMap + toMap);
  });

  it.each(['cifar10-pixel-cnn-pp', 'cifar10-pixel-cnn-pp-small', 'mnist-pixel-cnn-pp'] as const)(
    '%s stores what its equations say',
    (name) => {
      const { filters, resnets, scales, image } = PRESETS[name].config;
      const outputs = image.channels === 3 ? 100 : 1;
      // A polynomial of degree 2 in the number of filters: three small networks tell it.
      const [one, two, three] = [1, 2, 3].map((few) => countOf(presetModel(name, { filters: few })));
      const [first, second] = [two - one, three - 2 * two + one];
      const stored = one + (filters - 1) * first + (((filters - 1) * (filters - 2)) / 2) * second;
      expect(stored).toBe(plusPlusCount({ f: filters, resnets, scales, inputs: image.channels + 1, outputs }));
      console.info(`${name}: ${stored} parameters stored`);
    },
  );

  it('cifar10-pixel-cnn-pp has the 53.7 million parameters of the published network', () => {
    const count = plusPlusCount({ f: 160, resnets: 5, scales: 3, inputs: 4, outputs: 100 });
    expect(Math.abs(count / 53.7e6 - 1)).toBeLessThan(0.002);
    const paper = plusPlusCount({ f: 192, resnets: 5, scales: 3, inputs: 4, outputs: 100 });
    expect(Math.abs(paper / 77.2e6 - 1)).toBeLessThan(0.002);
  });

  for (const name of ['imagenet32-row-lstm', 'imagenet64-row-lstm'] as const)
    it(`${name}: counted on one and two layers`, { tags: ofLargeImages(name) }, () => {
      const sizes = PRESETS[name].config as JsonObject & Sizes & { system: string };
      const counts = [1, 2].map((layers) => {
        const params = presetModel(name, { layers }).init(STILL);
        const count = countParams(params);
        disposeParams(params);
        return count;
      });
      const stored = counts[0] + (sizes.layers - 1) * (counts[1] - counts[0]);
      const h = sizes.hidden;
      const raw = rawCount(kindOf(sizes), sizes);
      expect(stored).toBe(raw - 24 * 3 * 2 * h - sizes.layers * 2 * h * 4 * h);
      console.info(`${name}: ${stored} parameters stored, ${raw} with masked taps counted`);
    });

  it.each([
    ['mnist-order-mixture', 8],
    ['mnist-diagonal-bilstm-classes', 10],
  ] as const)(
    '%s stores what mnist-diagonal-bilstm does, and a bias of every LSTM gate for each of %d orders or classes',
    (name, count) => {
      const [one, conditional] = (['mnist-diagonal-bilstm', name] as const).map((preset) =>
        countOf(presetModel(preset)),
      );
      expect(conditional - one).toBe(7 * count * 2 * 4 * 16); // layers · count · directions · gates of h
    },
  );

  it('says which options it knows', () => {
    expect(() => presetModel('mnist-row-lstm', { layer: 3 })).toThrow(
      'pixelRnn: wanted only image, likelihood, encoding, mapEncoder, features, lstm, classes, vector, map, layers, hidden, head, skip, residual, got layer',
    );
    expect(() => presetModel('mnist-row-lstm', { layers: 0 })).toThrow(
      'wanted a positive whole number for layers, got 0',
    );
    expect(() => createModel({ system: 'pixelcnn' })).toThrow('got "pixelcnn"');
  });

  it('builds what earlier versions stored: LSTM systems had names of their own', () => {
    const sizes = { image: PRESETS.quickstart.config.image, layers: 1, hidden: 2, head: 3 };
    expect(createModel({ system: 'rowLstm', ...sizes }).config).toMatchObject({
      system: 'pixelRnn',
      lstm: 'row',
      ...sizes,
    });
    expect(createModel({ system: 'diagonalBiLstm', ...sizes }).config).toMatchObject({
      system: 'pixelRnn',
      lstm: 'diagonal',
    });
    expect(() => createModel({ system: 'pixelRnn', lstm: 'up', ...sizes })).toThrow(
      'wanted lstm = row or diagonal, got "up"',
    );
  });
});
