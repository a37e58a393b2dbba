import type { GenerativeModel } from '@pixelrnn/core';
import { checkCompletion } from './check-completion.ts';
import { checkGradientCausality } from './check-gradient-causality.ts';
import { checkGradients } from './check-gradients.ts';
import { checkLabels } from './check-labels.ts';
import { checkLatents } from './check-latents.ts';
import { checkNats } from './check-nats.ts';
import { checkNatsGradients } from './check-nats-gradients.ts';
import { checkNormalization } from './check-normalization.ts';
import { checkFrequencies, checkSamples } from './check-sampling.ts';
import { layerChecksFor } from './layer-contract.ts';
import { modelAsLayer, modelLayerOptions, pixelConditions } from './model-as-layer.ts';
import { MODEL_CHECK_DEFAULTS, type ModelCheckOptions } from './model-setting.ts';
import { type Runner, runnerOf } from './runner.ts';

/** One property of a model; the check throws an error that says what is wrong. */
export interface ModelCheck {
  readonly title: string;
  readonly check: (model: GenerativeModel, options: ModelCheckOptions) => Promise<void>;
  /** Whether the property is asked for; always, if left out. */
  readonly applies?: (model: GenerativeModel, options: ModelCheckOptions) => boolean;
}

/** All images can be gone through, and have probabilities: those that are given a code of the image have none. */
const isExhaustive = ({ bound }: GenerativeModel, options: ModelCheckOptions) =>
  bound !== 'given-code' && (options.exhaustive ?? MODEL_CHECK_DEFAULTS.exhaustive);

/** What a model must keep beyond what its network must keep as a layer. */
export const MODEL_CHECKS: readonly ModelCheck[] = [
  { title: 'gives −log p in nats, whatever the batch (C18, C19)', check: checkNats },
  { title: 'has gradients of nats as by finite differences', check: checkNatsGradients },
  {
    title: 'has probabilities that sum to one (C16)',
    check: checkNormalization,
    applies: (model, options) => isExhaustive(model, options) && model.logWeights === undefined,
  },
  {
    title: 'has latents whose bounds are of the probabilities that it samples (C16)',
    check: checkLatents,
    applies: (model, options) => isExhaustive(model, options) && model.logWeights !== undefined,
  },
  {
    title: 'depends on the class (C30)',
    check: checkLabels,
    applies: (model) => pixelConditions(model).classes !== undefined,
  },
  { title: 'samples what it scores (C22, C25)', check: checkSamples },
  { title: 'keeps known pixels when it completes (C23)', check: checkCompletion },
  { title: 'samples as often as it should (C24)', check: checkFrequencies, applies: isExhaustive },
];

/** All checks that the model and the options ask for: those of its network as a layer, then its own. */
export function modelChecksFor(model: GenerativeModel, options: ModelCheckOptions): readonly ModelCheck[] {
  const { createModel, expectUnseen, seed } = options;
  const layerOptions = {
    ...modelLayerOptions(model),
    ...(expectUnseen !== undefined && { expectUnseen }),
    ...(seed !== undefined && { seed }),
    ...(createModel && {
      createLayer: ({ config }: Pick<GenerativeModel, 'config'>) => modelAsLayer(createModel(config)),
    }),
  };
  const readsNumbers = model.encoding?.isNumeric ?? true;
  if (expectUnseen !== undefined && !readsNumbers)
    throw new Error(
      `modelContract: ${model.name}: wanted no expectUnseen, since gradients do not pass its encoding ${model.encoding!.name}; ask its network with layerContract`,
    );
  const ofNetwork = layerChecksFor(modelAsLayer(model), layerOptions).filter(
    // The gradient of nats goes through all that the network's own would go through, and none reaches levels that are read as classes.
    ({ check }) => check !== checkGradients && (readsNumbers || check !== checkGradientCausality),
  );
  const lifted = ofNetwork.map(({ title, check }) => ({
    title,
    check: (subject: GenerativeModel) => check(modelAsLayer(subject), layerOptions),
  }));
  return [...lifted, ...MODEL_CHECKS.filter(({ applies }) => applies?.(model, options) ?? true)];
}

/** Runs every check on a model, without a test runner; throws at the first that fails. */
export async function checkModel(model: GenerativeModel, options: ModelCheckOptions = {}): Promise<void> {
  for (const { check } of modelChecksFor(model, options)) await check(model, options);
}

/**
 * Registers the contract of a model as a test suite, with the `describe` and `it` handed in, else the global ones. Hand in a tiny
 * model (2×2 pixels of few levels), for which every image can be enumerated, and one of some 6×6 pixels with `exhaustive: false`.
 */
export function modelContract(
  name: string,
  model: GenerativeModel | (() => GenerativeModel),
  options: ModelCheckOptions & Partial<Runner> = {},
): void {
  const { describe, it } = runnerOf('modelContract', options);
  describe(name, () => {
    const subject = typeof model === 'function' ? model() : model;
    for (const { title, check } of modelChecksFor(subject, options)) it(title, () => check(subject, options));
  });
}
