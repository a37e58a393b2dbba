import type { Layer } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { randomParams } from './random-params.ts';
import { forEachReach } from './reach.ts';
import { type LayerCheckOptions, settingOf } from './setting.ts';
import { mayDepend, siteName, sitesOf } from './sites.ts';

/**
 * The gradient of each output with respect to every input that it may not see is exactly zero, and some gradient is not. A layer with a
 * gradient of its own can be causal forwards and leak backwards; this finds it.
 */
export async function checkGradientCausality(layer: Layer, options: LayerCheckOptions = {}): Promise<void> {
  const setting = settingOf(layer, options);
  const inputs = sitesOf(setting.inputs, setting);
  const params = await randomParams(layer, setting.seed);
  let seen = false;
  try {
    await forEachReach(layer, params, setting, 'gradient causality', (output, reach) => {
      for (const input of inputs) {
        const size = reach(input);
        if (size === 0) continue;
        seen = true;
        if (mayDepend(output, input, setting.mask)) continue;
        throw new Error(
          `checkGradientCausality: ${layer.name}: wanted gradient 0 of ${siteName(output)} with respect to ${siteName(input)}, which it may not see, got ${size}`,
        );
      }
    });
  } finally {
    tf.dispose(params as tf.TensorContainerObject);
  }
  if (!seen) throw new Error(`checkGradientCausality: ${layer.name}: all gradients are zero, so nothing was tested`);
}
