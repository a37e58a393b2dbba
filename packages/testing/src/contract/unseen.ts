import type { Layer } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { randomParams } from './random-params.ts';
import { forEachReach } from './reach.ts';
import { type LayerCheckOptions, settingOf } from './setting.ts';
import { mayDepend, type Site, siteName, sitesOf } from './sites.ts';

/** Random parameters and inputs that are tried before a pair counts as unconnected: a path may be shut by a ReLU in one of them. */
const DRAWS = 4;
/** The same where a pair is expected to be connected: of thousands of pairs some have their path shut several times in a row. */
const MOST_DRAWS = 32;

/** An output, and an earlier input that it never sees. */
export interface UnseenPair {
  readonly output: Site;
  readonly input: Site;
}

/**
 * The blind spot: all pairs of an output and an input that it may see by the rule ({@link mayDepend}) but does not, by gradients of
 * random parameters at random inputs. For a grey image and one map, pairs are pairs of pixels.
 *
 * Known blind spots: masked 3×3 convolutions and the Row LSTM miss a wedge to the upper right; the Diagonal BiLSTM
 * after a 7×7 mask-A convolution misses exactly the last pixel of the previous row, from columns 0 … W−5.
 */
export const unseen = (layer: Layer, options: LayerCheckOptions = {}): Promise<UnseenPair[]> =>
  unseenUnless(() => true, layer, options);

/** {@link unseen}; what is left after the draws that a pair has is drawn again, unless it is as expected. */
async function unseenUnless(
  isExpected: (pairs: readonly UnseenPair[]) => boolean,
  layer: Layer,
  options: LayerCheckOptions,
): Promise<UnseenPair[]> {
  const setting = settingOf(layer, options);
  const inputs = sitesOf(setting.inputs, setting);
  let pairs = sitesOf(setting.outputs, setting).flatMap((output) =>
    inputs.filter((input) => mayDepend(output, input, setting.mask)).map((input) => ({ output, input })),
  );
  const isOver = (draw: number) => draw >= MOST_DRAWS || (draw >= DRAWS && isExpected(pairs));
  for (let draw = 0; pairs.length > 0 && !isOver(draw); draw++) {
    const params = await randomParams(layer, `${setting.seed}/${draw}`);
    const seen = new Set<string>();
    await forEachReach(layer, params, setting, `unseen ${draw}`, (output, reach) => {
      for (const input of inputs) if (reach(input) !== 0) seen.add(key(output, input));
    });
    tf.dispose(params as tf.TensorContainerObject);
    pairs = pairs.filter(({ output, input }) => !seen.has(key(output, input)));
  }
  return pairs;
}

const key = (output: Site, input: Site) => `${siteName(output)} ← ${siteName(input)}`;

/** What is unseen is exactly what `options.expectUnseen` says: that many pairs, or those. */
export async function checkUnseen(layer: Layer, options: LayerCheckOptions): Promise<void> {
  const { expectUnseen } = options;
  if (expectUnseen === undefined) throw new Error('checkUnseen: wanted options.expectUnseen, got none');
  const isExpected = (pairs: readonly UnseenPair[]) =>
    typeof expectUnseen === 'number'
      ? pairs.length <= expectUnseen
      : pairs.every(({ output, input }) => expectUnseen(output, input));
  const pairs = await unseenUnless(isExpected, layer, options);
  if (typeof expectUnseen === 'number') {
    if (pairs.length === expectUnseen) return;
    throw new Error(
      `checkUnseen: ${layer.name}: wanted ${expectUnseen} unseen pairs, got ${pairs.length}${examples(pairs)}`,
    );
  }
  const found = new Set(pairs.map(({ output, input }) => key(output, input)));
  const setting = settingOf(layer, options);
  for (const output of sitesOf(setting.outputs, setting))
    for (const input of sitesOf(setting.inputs, setting)) {
      const wanted = mayDepend(output, input, setting.mask) && expectUnseen(output, input);
      if (wanted === found.has(key(output, input))) continue;
      throw new Error(
        `checkUnseen: ${layer.name}: wanted ${siteName(input)} ${wanted ? 'unseen' : 'seen'} by ${siteName(output)}, and it is not`,
      );
    }
}

const examples = (pairs: UnseenPair[]) =>
  pairs
    .slice(0, 3)
    .map(({ output, input }) => `; ${siteName(output)} does not see ${siteName(input)}`)
    .join('');
