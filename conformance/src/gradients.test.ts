// The loss and the gradient of every parameter, for every preset: each backend that starts here, with its fused kernels, against plain
// TensorFlow.js operations. MNIST presets have their own sizes; those for colour images are reduced.
import { BACKENDS, type BackendName } from '@pixelrnn/backends';
import { relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type GradientSetting,
  type GradientValues,
  gradientSetting,
  lossAndGradients,
  PRESET_CASES,
  type PresetCase,
  SOFTWARE_CASES,
} from './gradients.ts';
import { startBefore, startHere, tagsOn } from './start.ts';

const TOLERANCE = 1e-4;
/**
 * A ReLU whose input is rounding noise (−3e-8, one of 150 000) has slope 0 on one backend and 1 on another, and its pixel's share of
 * every gradient before it comes or goes: there is no gradient to compare. So a second setting is tried where the first does not agree;
 * its loss must all the same.
 */
const SEEDS = [0, 1];

/** Without a GPU, WebGPU is a hundred times slower than the others. */
const COMPARED: Readonly<Record<BackendName, { readonly cases: typeof PRESET_CASES; readonly batch: number }>> = {
  tensorflow: { cases: PRESET_CASES, batch: 2 },
  webgpu: { cases: SOFTWARE_CASES, batch: 1 },
  wasm: { cases: PRESET_CASES, batch: 2 },
  cpu: { cases: PRESET_CASES, batch: 2 },
};

interface Wanted {
  readonly setting: GradientSetting;
  readonly values: GradientValues;
}

const known = new Map<string, Wanted>();

/** By the plain operations of `wasm`, which take seconds where those of `cpu` take minutes; backends.test.ts compares the two. */
async function wantedOf(preset: PresetCase, seed: number, backend: BackendName): Promise<Wanted> {
  const { batch } = COMPARED[backend];
  const key = `${preset.title}, ${seed}, ${batch}`;
  if (!known.has(key)) {
    await startHere('wasm');
    const setting = await gradientSetting(preset, seed, batch);
    known.set(key, { setting, values: await lossAndGradients(setting, { fused: false }) });
    await startHere(backend);
  }
  return known.get(key)!;
}

/** Relative error of the loss and of every gradient, the largest first. */
async function errorsOf({ setting, values }: Wanted): Promise<{ path: string; error: number }[]> {
  const actual = await lossAndGradients(setting, { fused: true });
  return [...values]
    .map(([path, value]) => ({ path, error: relativeError(actual.get(path)!, value) }))
    .sort((a, b) => b.error - a.error);
}

afterAll(() => tf.setBackend('cpu'));

for (const backend of BACKENDS)
  describe(backend, { tags: tagsOn(backend) }, () => {
    const missing = startBefore(backend);

    for (const preset of COMPARED[backend].cases)
      it(`${preset.title}: loss and gradients are those of plain operations`, {
        tags: preset.isWhole ? ['slow'] : [],
      }, async ({ skip }) => {
        if (missing()) return skip(missing());
        let wrong: { path: string; error: number }[] = [];
        for (const seed of SEEDS) {
          const errors = await errorsOf(await wantedOf(preset, seed, backend));
          const [{ path, error }] = errors;
          console.info(`${backend}, ${preset.title}: at most ${error.toExponential(1)}, in ${path}`);
          wrong = errors.filter((each) => !(each.error < TOLERANCE));
          expect(wrong.map((each) => each.path)).not.toContain('loss');
          if (wrong.length === 0) break;
        }
        expect(wrong).toEqual([]);
      });
  });
