import { type Layer, type Params, type Rng, rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import {
  applyToNumbers,
  conditionsFor,
  frameOf,
  type HostFeatures,
  mapFeatures,
  randomFeatures,
  repeatItem,
} from './features.ts';
import { randomParams } from './random-params.ts';
import { type LayerCheckOptions, type Setting, settingOf } from './setting.ts';
import { indicesOf, mayDepend, type Site, siteName, sitesOf } from './sites.ts';

/** Overwrites every future sub-pixel, when the inputs are reals. */
const FAR = 255;

/** Changes that are computed at once. */
const BATCH = 64;

/** An input with some sites overwritten. */
interface Change {
  readonly title: string;
  readonly sites: readonly Site[];
  readonly value: (old: number) => number;
}

/**
 * Nothing looks ahead: with parameters in general position, each sub-pixel of the input in turn gets another value, and every
 * output that may not depend on it stays the same, to the bit; then, for each output, all that it may not see is overwritten with
 * large values of either sign (for levels: the highest and the lowest). The rule is that of {@link mayDepend}.
 */
export async function checkCausality(layer: Layer, options: LayerCheckOptions = {}): Promise<void> {
  const setting = settingOf(layer, options);
  const params = await randomParams(layer, setting.seed);
  const random = rng(setting.seed).fork('causality');
  const x = randomFeatures(layer.inputs, frameOf(setting, 1), random, setting.levels);
  const single = singleChanges(setting, random);
  try {
    const seen = await violations(layer, params, x, setting, single);
    const connected = sitesOf(setting.outputs, setting).some((output) =>
      single.some(({ sites }) => mayDepend(output, sites[0], setting.mask)),
    );
    if (connected && !seen)
      throw new Error(`checkCausality: ${layer.name}: no output changed with any input, so nothing was tested`);
    await violations(layer, params, x, setting, futureChanges(setting));
  } finally {
    tf.dispose(params as tf.TensorContainerObject);
  }
}

/** One change for each sub-pixel of the input. */
function singleChanges(setting: Setting, random: Rng): Change[] {
  const { levels } = setting;
  return sitesOf(setting.inputs, setting).map((site) => ({
    title: `${siteName(site)}`,
    sites: [site],
    value: (old) =>
      levels === undefined
        ? old + 1 + random.uniform()
        : (old + 1 + Math.floor(random.uniform() * (levels - 1))) % levels,
  }));
}

/** For each output, all inputs that it may not see, overwritten with a large value, and with its opposite. */
function futureChanges(setting: Setting): Change[] {
  const inputs = sitesOf(setting.inputs, setting);
  const values = setting.levels === undefined ? [FAR, -FAR] : [setting.levels - 1, 0];
  return sitesOf(setting.outputs, setting).flatMap((output) => {
    const sites = inputs.filter((input) => !mayDepend(output, input, setting.mask));
    return values.map((value) => ({
      title: `all that ${siteName(output)} may not see, to ${value},`,
      sites,
      value: () => value,
    }));
  });
}

/** Throws at the first output that changed against the rule; says whether any output changed at all. */
async function violations(
  layer: Layer,
  params: Params,
  x: HostFeatures,
  setting: Setting,
  changes: Change[],
): Promise<boolean> {
  let seen = false;
  // Every batch has the same size and is compared with an unchanged one, item by item: some backends round differently by position.
  const batch = Math.min(BATCH, changes.length);
  const frame = frameOf(setting, batch);
  const context = conditionsFor(setting, frame, { same: 1 });
  const unchanged = repeatItem(x, 1, batch);
  const before = await applyToNumbers(layer, params, unchanged, frame, context);
  for (let start = 0; start < changes.length; start += batch) {
    const part = changes.slice(start, start + batch);
    const after = await applyToNumbers(layer, params, changed(unchanged, batch, part, setting), frame, context);
    part.forEach((change, item) => {
      if (compareItem(layer, before, after, batch, item, change, setting)) seen = true;
    });
  }
  return seen;
}

function changed(x: HostFeatures, batch: number, changes: Change[], setting: Setting): HostFeatures {
  const copy = mapFeatures(x, (map) => map.slice());
  changes.forEach(({ sites, value }, item) => {
    for (const site of sites) {
      const map = copy[site.map]!;
      for (const index of indicesOf(site, setting.inputs, setting.width)) {
        const i = (item * map.length) / batch + index;
        map[i] = value(map[i]);
      }
    }
  });
  return copy;
}

function compareItem(
  layer: Layer,
  before: HostFeatures,
  after: HostFeatures,
  batch: number,
  item: number,
  change: Change,
  setting: Setting,
): boolean {
  let seen = false;
  for (const output of sitesOf(setting.outputs, setting)) {
    const [from, to] = [before[output.map]!, after[output.map]!];
    for (const index of indicesOf(output, setting.outputs, setting.width)) {
      const i = (item * from.length) / batch + index;
      if (from[i] === to[i]) continue;
      seen = true;
      if (change.sites.some((site) => mayDepend(output, site, setting.mask))) continue;
      throw new Error(
        `checkCausality: ${layer.name}: ${siteName(output)} went from ${from[i]} to ${to[i]} on changing ${change.title} which it may not see`,
      );
    }
  }
  return seen;
}
