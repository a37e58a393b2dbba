// The loss and the gradient of every parameter, for every preset: each backend that starts here, with its fused kernels, against plain
// TensorFlow.js operations. MNIST presets have their own sizes; those for colour images are reduced. In software WebGPU takes minutes
// for these sizes: backends.test.ts compares it on small networks.
import { BACKENDS } from '@pixelrnn/backends';
import { relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type GradientSetting,
  type GradientValues,
  gradientSetting,
  lossAndGradients,
  PRESET_CASES,
} from './gradients.ts';
import { startHere } from './start.ts';

const TOLERANCE = 1e-4;
const BATCH = 2;
/**
 * A ReLU whose input is rounding noise (−3e-8, one of 150 000) has slope 0 on one backend and 1 on another, and its pixel's share of
 * every gradient before it comes or goes: there is no gradient to compare. So one of two settings must agree; their losses both.
 */
const SEEDS = [0, 1];

interface Wanted {
  readonly setting: GradientSetting;
  readonly values: GradientValues;
}
const wanted = new Map<string, Wanted[]>();

beforeAll(async () => {
  // Plain operations of `wasm`, which take seconds where those of `cpu` take minutes; backends.test.ts compares the two.
  await startHere('wasm');
  for (const preset of PRESET_CASES) {
    const both: Wanted[] = [];
    for (const seed of SEEDS) {
      const setting = await gradientSetting(preset, seed, BATCH);
      both.push({ setting, values: await lossAndGradients(setting, { fused: false }) });
    }
    wanted.set(preset.title, both);
  }
});
afterAll(() => tf.setBackend('cpu'));

/** Relative error of the loss and of every gradient, the largest first. */
async function errorsOf({ setting, values }: Wanted): Promise<{ path: string; error: number }[]> {
  const actual = await lossAndGradients(setting, { fused: true });
  return [...values]
    .map(([path, value]) => ({ path, error: relativeError(actual.get(path)!, value) }))
    .sort((a, b) => b.error - a.error);
}

describe.each(BACKENDS.filter((name) => name !== 'webgpu'))('%s', (backend) => {
  let missing: string | undefined;
  beforeAll(async () => {
    const started = await startHere(backend);
    missing = 'missing' in started ? started.missing : undefined;
  });

  it.for(PRESET_CASES)('$title: loss and gradients are those of plain operations', async ({ title }, { skip }) => {
    if (missing) return skip(missing);
    const wrong: { path: string; error: number }[][] = [];
    for (const setting of wanted.get(title)!) {
      const errors = await errorsOf(setting);
      const [{ path, error }] = errors;
      console.info(`${backend}, ${title}: at most ${error.toExponential(1)}, in ${path}`);
      wrong.push(errors.filter((each) => !(each.error < TOLERANCE)));
      expect(wrong.at(-1)!.map((each) => each.path)).not.toContain('loss');
    }
    expect(wrong.filter((errors) => errors.length > 0).length, JSON.stringify(wrong)).toBeLessThan(SEEDS.length);
  });
});
