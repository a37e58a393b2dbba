import type { Layer } from '@pixelrnn/core';
import { checkBatch } from './check-batch.ts';
import { checkCalibration } from './check-calibration.ts';
import { checkCausality } from './check-causality.ts';
import { checkConditions } from './check-conditions.ts';
import { checkConfig } from './check-config.ts';
import { checkGradientCausality } from './check-gradient-causality.ts';
import { checkGradients } from './check-gradients.ts';
import { checkMemory } from './check-memory.ts';
import { checkOrder } from './check-order.ts';
import { checkSeeds } from './check-seeds.ts';
import { checkShapes } from './check-shapes.ts';
import { checkStream, checkStreamBits } from './check-stream.ts';
import { type Runner, runnerOf } from './runner.ts';
import type { LayerCheckOptions } from './setting.ts';
import { checkUnseen } from './unseen.ts';

/** One property of a layer; the check throws an error that says what is wrong. */
export interface LayerCheck {
  readonly title: string;
  readonly check: (layer: Layer, options: LayerCheckOptions) => Promise<void>;
  /** Whether the property is asked for; always, if left out. */
  readonly applies?: (layer: Layer, options: LayerCheckOptions) => boolean;
}

const has = (option: keyof LayerCheckOptions) => (_: Layer, options: LayerCheckOptions) =>
  options[option] !== undefined;

const isConditioned = ({ conditions = {} }: Layer) => Object.values(conditions).some((size) => size !== undefined);

/** All that a layer must keep. */
export const LAYER_CHECKS: readonly LayerCheck[] = [
  { title: 'has the shapes that it declares', check: checkShapes },
  { title: 'takes its parameters from the seed', check: checkSeeds },
  { title: 'is built again from its configuration', check: checkConfig, applies: has('createLayer') },
  { title: 'does not look ahead (C3)', check: checkCausality },
  { title: 'does not look ahead in its gradient (C1)', check: checkGradientCausality },
  { title: 'has exactly the blind spot expected (C5, C7)', check: checkUnseen, applies: has('expectUnseen') },
  { title: 'keeps the images of a batch apart (C1, C18)', check: checkBatch },
  { title: 'has the gradients of finite differences', check: checkGradients },
  { title: 'streams what it applies (C21)', check: checkStream },
  { title: 'streams the same bits under all circumstances', check: checkStreamBits },
  { title: 'streams in raster order only', check: checkOrder },
  { title: 'depends on its conditions, and wants them', check: checkConditions, applies: isConditioned },
  {
    title: 'is calibrated to what it then applies',
    check: checkCalibration,
    applies: (layer) => 'calibrate' in layer && layer.calibrate !== undefined,
  },
  { title: 'leaves no tensor and no memory behind', check: checkMemory },
];

/** The checks that the layer and the options ask for. */
export const layerChecksFor = (layer: Layer, options: LayerCheckOptions): readonly LayerCheck[] =>
  LAYER_CHECKS.filter(({ applies }) => applies?.(layer, options) ?? true);

/** Runs every check on a layer, without a test runner; throws at the first that fails. */
export async function checkLayer(layer: Layer, options: LayerCheckOptions = {}): Promise<void> {
  for (const { check } of layerChecksFor(layer, options)) await check(layer, options);
}

/**
 * Registers the contract of a layer as a test suite, with the `describe` and `it` of Vitest, Jest, Mocha or node:test: those handed in,
 * else the global ones. Gradients must be registered and a backend be set: `import '@tensorflow/tfjs'`.
 */
export function layerContract(
  name: string,
  layer: Layer | (() => Layer),
  options: LayerCheckOptions & Partial<Runner> = {},
): void {
  const { describe, it } = runnerOf('layerContract', options);
  describe(name, () => {
    const subject = typeof layer === 'function' ? layer() : layer;
    for (const { title, check } of layerChecksFor(subject, options)) it(title, () => check(subject, options));
  });
}
