import { type Layer, rng, toContext, toHost } from '@pixelrnn/core';
import {
  diagonalBiLstm,
  gatedConv2d,
  maskedConv2d,
  pixelCnnBlock,
  rowLstm,
  sequential,
  twoStream,
} from '@pixelrnn/layers';
import { type LayerCheckOptions, unseen } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { conditionsOf } from './conditions-of.ts';
import { BINARY, GREY, imageName, NETWORKS, RGB, TOLD_NETWORKS } from './models.ts';

const ALL = [...NETWORKS, ...TOLD_NETWORKS];

/** Positive parameters, so that what depends on an input changes with it whatever the ReLUs do. */
function positive(layer: Layer) {
  const params = layer.init(rng('positive'));
  const ones = (node: unknown): unknown =>
    node instanceof tf.Tensor
      ? tf.fill(node.shape, 0.1)
      : Object.fromEntries(Object.entries(node as object).map(([name, child]) => [name, ones(child)]));
  return ones(params) as typeof params;
}

describe('C2: adding 100 to G of pixel (4, 2) of an 8×8 RGB map', () => {
  const [height, width] = [8, 8];

  /** Which output groups changed, per pixel: [H·W][3]. */
  function changed(layer: Layer): boolean[][] {
    const params = positive(layer);
    const x = tf.fill([1, height, width, 3], 0.5) as tf.Tensor4D;
    const bump = tf.buffer(x.shape);
    bump.set(100, 0, 4, 2, 1);
    const [before, after] = [x, tf.add(x, bump.toTensor()) as tf.Tensor4D].map((here) =>
      layer.apply(params, { here }).here.dataSync(),
    );
    return Array.from({ length: height * width }, (_, p) =>
      [0, 1, 2].map((g) => before[3 * p + g] !== after[3 * p + g]),
    );
  }

  const groups = 3;
  const cases: [string, Layer, boolean[]][] = [
    ['mask A', maskedConv2d({ kernel: [7, 7], inputs: 3, outputs: 3, mask: 'A', groups }), [false, false, true]],
    ['mask B', maskedConv2d({ kernel: [3, 3], inputs: 3, outputs: 3, mask: 'B', groups }), [false, true, true]],
    [
      'a whole net',
      sequential([
        maskedConv2d({ kernel: [7, 7], inputs: 3, outputs: 6, mask: 'A', groups }),
        pixelCnnBlock({ channels: 6, hidden: 3, groups }),
        maskedConv2d({ kernel: [1, 1], inputs: 6, outputs: 3, mask: 'B', groups, relu: true }),
      ]),
      [false, false, true],
    ],
  ];

  it.each(cases)('%s', (_, layer, own) => {
    const result = changed(layer);
    for (let p = 0; p < 4 * width + 2; p++) expect(result[p]).toEqual([false, false, false]);
    expect(result[4 * width + 2]).toEqual(own);
    expect(result[4 * width + 3]).toEqual([true, true, true]);
    expect(result[5 * width + 2]).toEqual([true, true, true]);
  });
});

describe('C3: overwriting all future sub-pixels with the highest level', () => {
  const anchors = [
    [0, 0, 0],
    [0, 0, 1],
    [0, 1, 0],
    [1, 0, 0],
  ] as const;

  it.each(ALL)('leaves every sub-pixel up to the anchor as it was: $name', async ({ build }) => {
    const model = build(RGB);
    const { height, width, channels, levels } = RGB;
    const params = model.init(rng(1));
    const context = toContext(conditionsOf(model, 1), { batch: 1, height, width });
    const source = rng('image');
    const image = Float32Array.from({ length: height * width * channels }, () => Math.floor(source.uniform() * levels));
    const parametersOf = (values: Float32Array) =>
      model.conditionals(params, tf.tensor4d(values, [1, height, width, channels]), context).dataSync();
    const before = parametersOf(image);
    const { outputs, outputGroups } = model.likelihood;
    for (const [r, c, k] of anchors) {
      const pixel = r * width + c;
      const anchor = pixel * channels + k;
      const after = parametersOf(image.map((level, i) => (i >= anchor ? levels - 1 : level)));
      const untouched = pixel * outputs + outputGroups.filter((group) => group <= k).length;
      expect(after.subarray(0, untouched)).toEqual(before.subarray(0, untouched));
    }
  });
});

describe('C4: identity impulses reach exactly what the kernels say', () => {
  const [height, width] = [6, 7];

  /** For every output pixel, whether the impulse at an input pixel reaches it; `map` here or above. */
  function reach(layer: Layer, map: 'here' | 'above') {
    const params = positive(layer);
    const pixels = height * width;
    const impulses = tf.reshape(tf.eye(pixels), [pixels, height, width, 1]) as tf.Tensor4D;
    const run = (here: tf.Tensor4D) => tf.mean(layer.apply(params, { here })[map]!, 3).dataSync();
    const [rest, hit] = [run(tf.zerosLike(impulses)), run(impulses)];
    return (i: number, j: number, h: number, w: number) => {
      const at = ((i * width + j) * height + h) * width + w;
      return rest[at] !== hit[at];
    };
  }

  function expectReach(
    layer: Layer,
    map: 'here' | 'above',
    predicate: (i: number, j: number, h: number, w: number) => boolean,
  ) {
    const reaches = reach(layer, map);
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++)
        for (let h = 0; h < height; h++)
          for (let w = 0; w < width; w++)
            expect(reaches(i, j, h, w), `(${i}, ${j}) → (${h}, ${w})`).toBe(predicate(i, j, h, w));
  }

  const first = (size: number) => gatedConv2d({ channels: 2, size, first: { inputs: 1 } });
  const rowsAbove = (i: number, j: number, h: number, w: number, half: number) =>
    i >= h - half && i < h && Math.abs(j - w) <= half;

  it('a first gated layer of 5×5: vertical and horizontal stack', () => {
    expectReach(first(5), 'above', (i, j, h, w) => rowsAbove(i, j, h, w, 2));
    expectReach(first(5), 'here', (i, j, h, w) => rowsAbove(i, j, h, w, 2) || (i === h && j >= w - 2 && j < w));
  });

  it('a stem of 7×7', () => {
    const stem = maskedConv2d({ kernel: [7, 7], inputs: 1, outputs: 2, mask: 'A' });
    expectReach(stem, 'here', (i, j, h, w) => rowsAbove(i, j, h, w, 3) || (i === h && j >= w - 3 && j < w));
  });

  it('a gated network deep enough: everything above, and left', () => {
    const layers = [first(7), ...Array.from({ length: 4 }, () => gatedConv2d({ channels: 2, size: 3 }))];
    expectReach(sequential(layers), 'above', (i, _, h) => i < h);
    expectReach(sequential(layers), 'here', (i, j, h, w) => i < h || (i === h && j < w));
  });
});

const stem = (channels: number) => maskedConv2d({ kernel: [7, 7], inputs: 1, outputs: channels, mask: 'A' });
const stack = (layer: () => Layer, count: number, channels = 4) =>
  sequential([stem(channels), ...Array.from({ length: count }, layer)]);
const pairs = (height: number, width: number) => (height * width * (height * width - 1)) / 2;
const count = async (layer: Layer, height: number, width: number) =>
  (await unseen(layer, { mask: 'A', height, width } satisfies LayerCheckOptions)).length;

describe('C5: what LSTM layers after a 7×7 mask A never see', { tags: ['slow'] }, () => {
  const diagonal = (directions: 1 | 2) => () => diagonalBiLstm({ channels: 4, hidden: 2, directions });

  it.each([
    [6, 6, 1],
    [6, 6, 2],
    [6, 6, 4],
    [5, 9, 1],
    [5, 9, 2],
    [9, 5, 1],
  ])(
    'Diagonal BiLSTM on %d×%d, %d layers: the last pixel of the row before, from columns 0 … W−5',
    async (height, width, layers) => {
      const missing = await unseen(stack(diagonal(2), layers), { mask: 'A', height, width });
      expect(missing).toHaveLength((height - 1) * (width - 4));
      for (const { output, input } of missing) {
        expect([input.row, input.column]).toEqual([output.row - 1, width - 1]);
        expect(output.column).toBeLessThanOrEqual(width - 5);
      }
    },
  );

  it('one direction: 45 of 630 pairs on 6×6; one Row LSTM: 25 of 630', async () => {
    expect(pairs(6, 6)).toBe(630);
    expect(await count(stack(diagonal(1), 1), 6, 6)).toBe(45);
    expect(
      await count(
        stack(() => rowLstm({ channels: 4, hidden: 2 }), 1),
        6,
        6,
      ),
    ).toBe(25);
  });
});

describe('C6: the network of PixelCNN++ at three scales on 8×8', { tags: ['slow'] }, () => {
  const [height, width] = [8, 8];
  const missing = async (resnets: number) => {
    const network = twoStream({ inputs: 1, outputs: 1, filters: 2, resnets, scales: 3 });
    const found = await unseen(network, { mask: 'A', height, width });
    return found.map(({ output, input }) => [output.row, output.column, input.row, input.column]);
  };

  it('sees everything with two resnets at each', async () => {
    expect(await missing(2)).toEqual([]);
  });

  it('misses exactly 8 pairs with one', async () => {
    const pairs = [1, 3, 5, 7].flatMap((row) => [
      [row, 0, row - 1, 7],
      [row, 7, row, 0],
    ]);
    expect(await missing(1)).toEqual(pairs);
  });
});

describe('C7: blind spots', () => {
  it('PixelCNN never sees a wedge to the upper right, however deep', async () => {
    const [height, width] = [4, 8];
    const deep = stack(() => pixelCnnBlock({ channels: 6, hidden: 4 }), 6, 6);
    const missing = await unseen(deep, { mask: 'A', height, width });
    // A path climbs one row for every column to the right, but for the stem, which sees 3 columns to the right one row up.
    const inWedge = (rows: number, columns: number) => rows > 0 && columns > rows + 2;
    const wedge = Array.from({ length: height }, (_, rows) =>
      Array.from({ length: width }, (_, columns) => (inWedge(rows, columns) ? (height - rows) * (width - columns) : 0)),
    ).flat();
    for (const { output, input } of missing)
      expect(inWedge(output.row - input.row, input.column - output.column)).toBe(true);
    expect(missing).toHaveLength(wedge.reduce((a, b) => a + b));
    expect(missing.length).toBeGreaterThan(0);
  });

  it('Gated PixelCNN sees everything once deep enough', async () => {
    const gated = sequential([
      gatedConv2d({ channels: 3, size: 7, first: { inputs: 1 } }),
      ...Array.from({ length: 6 }, () => gatedConv2d({ channels: 3, size: 3 })),
    ]);
    const missing = await unseen(gated, { mask: 'A', height: 5, width: 9 });
    expect(missing.filter(({ output }) => output.map === 'here')).toEqual([]);
  });
});

describe('C8: parameters of a row do not change when the image is cut below it', () => {
  const cases = ALL.flatMap((network) =>
    [BINARY, GREY, RGB].map((image) => ({ ...network, image, title: imageName(image) })),
  );

  it.each(cases)('$name $title', ({ build, image }) => {
    const { width, channels, levels } = image;
    const full = build(image);
    const params = full.init(rng(2));
    const source = rng('cut');
    const levelsOf = Float32Array.from({ length: image.height * width * channels }, () =>
      Math.floor(source.uniform() * levels),
    );
    const { map, ...conditions } = conditionsOf(full, 1);
    const cutTo = (height: number, values: Float32Array) => values.slice(0, (values.length * height) / image.height);
    const rows = (height: number) => {
      const context = { ...conditions, ...(map && { map: cutTo(height, map) }) };
      return build({ ...image, height })
        .conditionals(
          params,
          tf.tensor4d(cutTo(height, levelsOf), [1, height, width, channels]),
          toContext(context, { batch: 1, height, width }),
        )
        .dataSync();
    };
    const whole = rows(image.height);
    for (let height = 1; height < image.height; height++) {
      const cut = rows(height);
      expect(cut).toEqual(whole.subarray(0, cut.length));
    }
  });
});

describe('C28: shapes', () => {
  it.each(ALL)('$name takes another batch size at each call, and any height and width', async ({ build }) => {
    const image = { height: 3, width: 7, channels: 1, levels: 2 };
    const model = build(image);
    const params = model.init(rng(3));
    const weights = await toHost(params);
    for (const batch of [3, 1, 2]) {
      const images = tf.zeros([batch, 3, 7, 1]) as tf.Tensor4D;
      const frame = { batch, height: 3, width: 7 };
      const context = conditionsOf(model, batch, 0);
      const nats = model.nats(params, images, toContext(context, frame)).dataSync();
      expect(nats).toHaveLength(batch);
      expect(nats.every((value) => value === nats[0])).toBe(true);
      const prepared = model.prepare(weights);
      const stream = prepared.open(frame, context);
      stream.beginRow(0);
      expect(stream.at(0, new Float32Array(batch))).toHaveLength(batch * model.likelihood.outputs);
      stream.dispose();
      prepared.dispose();
    }
    expect(() => model.nats(params, tf.zeros([1, 7, 3, 1]))).toThrow('wanted images of shape [B,3,7,1], got [1,7,3,1]');
  });
});
