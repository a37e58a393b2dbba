import { type Layer, rng } from '@pixelrnn/core';
import { applyToNumbers, frameOf, repeatItem } from '../contract/features.ts';
import { forEachReach } from '../contract/reach.ts';
import type { Setting } from '../contract/setting.ts';
import { type Site, siteName, sitesOf } from '../contract/sites.ts';
import type { Draw } from './draw-setting.ts';

/** A pixel of a layer from images to likelihood parameters. */
export interface Subject {
  readonly layer: Layer;
  readonly setting: Setting;
  readonly row: number;
  readonly column: number;
}

/**
 * The sub-pixels that reach the outputs of a pixel in one draw of weights and image, for each colour group of the outputs: 1 where one does,
 * [groups][H·W·C].
 */
export type Reached = (subject: Subject, draw: Draw) => Promise<Uint8Array[]>;

const outputsOf = ({ setting, row, column }: Subject): Site[] =>
  sitesOf(setting.outputs, setting).filter((site) => site.row === row && site.column === column);

/** Those with a gradient. */
export const reachedByGradient: Reached = async (subject, { params, image, context }) => {
  const { layer, setting } = subject;
  const inputs = sitesOf(setting.inputs, setting);
  const sets: Uint8Array[] = [];
  const visit = (output: Site, reach: (input: Site) => number) => {
    const sizes = inputs.map(reach);
    if (sizes.some(Number.isNaN))
      throw new Error(`receptiveField: wanted a gradient of ${siteName(output)} of ${layer.name}, got NaN`);
    sets[output.group] = Uint8Array.from(sizes, (size) => Number(size !== 0));
  };
  const outputs = outputsOf(subject);
  await forEachReach(layer, params, setting, 'receptive field', visit, { outputs, x: { here: image }, context });
  return sets;
};

/** Images that are changed at once. */
const BATCH = 64;

/** Those that change an output when they get another level; what changes it by less than rounding goes unnoticed. */
export const reachedByChange: Reached = async (subject, { params, image, context }) => {
  const { layer, setting } = subject;
  const { levels, width, outputs: layout } = setting;
  const inputs = sitesOf(setting.inputs, setting);
  const outputs = outputsOf(subject);
  const random = rng(setting.seed).fork('changes');
  const frame = frameOf(setting, BATCH);
  const told = context(frame);
  const same = repeatItem({ here: image }, 1, BATCH);
  const start = (subject.row * width + subject.column) * layout.here.length;
  const pixelOf = (all: Float32Array, item: number) =>
    all.subarray((item * all.length) / BATCH + start).subarray(0, layout.here.length);
  const before = (await applyToNumbers(layer, params, same, frame, told)).here;
  const sets = outputs.map(() => new Uint8Array(inputs.length));
  for (let first = 0; first < inputs.length; first += BATCH) {
    const part = [...inputs.keys()].slice(first, first + BATCH);
    const here = same.here.slice();
    part.forEach((i, item) => {
      const at = (item * here.length) / BATCH + i;
      here[at] = (here[at] + 1 + Math.floor(random.uniform() * (levels! - 1))) % levels!;
    });
    const after = (await applyToNumbers(layer, params, { here }, frame, told)).here;
    part.forEach((i, item) => {
      const [from, to] = [pixelOf(before, item), pixelOf(after, item)];
      from.forEach((value, k) => {
        if (value !== to[k]) sets[layout.here[k]][i] = 1;
      });
    });
  }
  return sets;
};
