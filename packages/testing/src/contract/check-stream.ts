import { type Frame, type Host, type Layer, type Params, rng, toHost } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { applyToNumbers, conditionsFor, frameOf, type HostFeatures, itemOf, randomFeatures } from './features.ts';
import { type Manner, play, playAll } from './play.ts';
import { randomParams } from './random-params.ts';
import { type LayerCheckOptions, type Setting, settingOf } from './setting.ts';

/** Accepted difference of `stream` and `apply`, against the largest output: float32 sums in another order. */
export const STREAM_TOLERANCE = 1e-5;

/**
 * `stream` is the same function as `apply`: at every pixel within 10⁻⁵ of the largest output, for batches of 1 and 3, whether a pixel is
 * asked once or colour by colour before `advance`.
 */
export async function checkStream(layer: Layer, options: LayerCheckOptions = {}): Promise<void> {
  const setting = settingOf(layer, options);
  await withWeights(layer, setting, async (params, weights) => {
    for (const frame of framesOf(setting)) {
      const x = randomFeatures(layer.inputs, frame, rng(setting.seed).fork('stream'), setting.levels);
      const context = conditionsFor(setting, frame);
      const wanted = await applyToNumbers(layer, params, x, frame, context);
      for (const manner of ['known', 'group by group'] as const) {
        const found = playAll(layer, weights, x, frame, setting, manner, context);
        compare(`checkStream: ${layer.name}: asked ${manner}`, 'apply', found, wanted, frame, STREAM_TOLERANCE);
      }
    }
  });
}

/**
 * A stream's numbers depend on its images alone, to the bit: not on how often `at` is asked, on streams before or beside it, or on
 * the other images of the batch. Without this an encoder and its decoder could not agree.
 */
export async function checkStreamBits(layer: Layer, options: LayerCheckOptions = {}): Promise<void> {
  const setting = settingOf(layer, options);
  const frame = frameOf(setting, 3);
  const random = rng(setting.seed).fork('stream bits');
  const [x, other] = [1, 2].map(() => randomFeatures(layer.inputs, frame, random, setting.levels));
  const context = conditionsFor(setting, frame);
  await withWeights(layer, setting, async (_, weights) => {
    const run = (features: HostFeatures, manner: Manner) =>
      playAll(layer, weights, features, frame, setting, manner, context);
    const wanted = run(x, 'known');
    const same = (title: string, found: HostFeatures) =>
      compare(`checkStreamBits: ${layer.name}: ${title}`, 'the first stream', found, wanted, frame, 0);

    same('a second stream', run(x, 'known'));
    same('asked colour by colour', run(x, 'group by group'));
    run(other, 'known');
    same('after a stream over other images', run(x, 'known'));
    const players = [x, other].map((features) => play(layer, weights, features, frame, setting, 'known', context));
    same('beside another stream', sideBySide(players));
    checkItems(layer, weights, x, wanted, setting);
  });
}

/** Plays in turns; the result of the first. */
function sideBySide(players: Generator<void, HostFeatures>[]): HostFeatures {
  for (;;) {
    const [first] = players.map((player) => player.next());
    if (first.done) return first.value;
  }
}

/** Each image alone gives what it gave among the others. */
function checkItems(
  layer: Layer,
  weights: Host<Params>,
  x: HostFeatures,
  wanted: HostFeatures,
  setting: Setting,
): void {
  const frame = frameOf(setting, 1);
  for (let image = 0; image < 3; image++) {
    const context = conditionsFor(setting, frame, { first: image });
    const found = playAll(layer, weights, itemOf(x, 3, image), frame, setting, 'known', context);
    compare(
      `checkStreamBits: ${layer.name}: image ${image} alone`,
      'the batch of 3',
      found,
      itemOf(wanted, 3, image),
      frame,
      0,
    );
  }
}

function framesOf(setting: Setting): Frame[] {
  const frames = [frameOf(setting, 1), frameOf(setting, 3)];
  return setting.fixedSize ? frames : [...frames, { batch: 2, height: 3, width: 1 }];
}

async function withWeights(
  layer: Layer,
  { seed }: Setting,
  body: (params: Params, weights: Host<Params>) => Promise<void>,
): Promise<void> {
  const params = await randomParams(layer, seed);
  try {
    await body(params, await toHost(params));
  } finally {
    tf.dispose(params as tf.TensorContainerObject);
  }
}

/** Throws at the first number that differs by more than `tolerance` of the largest. */
function compare(
  title: string,
  reference: string,
  found: HostFeatures,
  wanted: HostFeatures,
  frame: Frame,
  tolerance: number,
): void {
  for (const map of ['here', 'above'] as const) {
    const [ours, theirs] = [found[map], wanted[map]];
    if (!ours || !theirs) continue;
    const largest = theirs.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const index = ours.findIndex((value, i) => !(Math.abs(value - theirs[i]) <= tolerance * largest));
    if (index < 0) continue;
    const where = position(index, theirs.length, frame);
    throw new Error(`${title}: \`${map}\` at ${where} is ${ours[index]}, but ${theirs[index]} by ${reference}`);
  }
}

function position(index: number, length: number, { batch, height, width }: Frame): string {
  const channels = length / (batch * height * width);
  const pixel = Math.floor(index / channels);
  const [image, row, column] = [
    Math.floor(pixel / (height * width)),
    Math.floor(pixel / width) % height,
    pixel % width,
  ];
  return `image ${image}, row ${row}, column ${column}, channel ${index % channels}`;
}
