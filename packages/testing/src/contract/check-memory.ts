import { type Layer, leaves, rng, toContext } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { conditionsFor, frameOf, randomFeatures, toTensors } from './features.ts';
import { gradientsOf } from './gradients-of.ts';
import { type LayerCheckOptions, settingOf } from './setting.ts';

/**
 * No tensor is left behind: `init` makes its parameters and nothing else, `apply` its outputs, a gradient its results. Nothing else
 * may use TensorFlow.js meanwhile.
 */
export async function checkMemory(layer: Layer, options: LayerCheckOptions = {}): Promise<void> {
  const setting = settingOf(layer, options);
  // Constants that a layer makes once and keeps (masks) come into being in a first run, which does not count.
  useOnce(layer, options);
  const start = tf.memory().numTensors;
  const expectTensors = (what: string, wanted: number) => {
    const found = tf.memory().numTensors - start;
    if (found !== wanted)
      throw new Error(`checkMemory: ${layer.name}: wanted ${wanted} tensors after ${what}, got ${found}`);
  };

  const params = layer.init(rng(setting.seed));
  const variables = leaves<tf.Tensor>(params).map(([, tensor]) => tensor);
  expectTensors('init', variables.length);

  const frame = frameOf(setting, 2);
  const x = toTensors(randomFeatures(layer.inputs, frame, rng(setting.seed), setting.levels), frame);
  const context = toContext(conditionsFor(setting, frame), frame);
  const held = variables.length + Object.keys(x).length + Object.keys(context).length;
  const y = layer.apply(params, x, context);
  const outputs = [y.here, ...(y.above && y.above !== x.above ? [y.above] : [])];
  expectTensors('apply', held + outputs.length);
  tf.dispose(outputs);

  const gradients = gradientsOf(
    ([here]) => tf.sum(tf.square(layer.apply(params, { ...x, here: here as tf.Tensor4D }, context).here)),
    [x.here],
  );
  expectTensors('a gradient', held + 1);
  tf.dispose([gradients, variables, x, context] as tf.TensorContainer);
}

function useOnce(layer: Layer, options: LayerCheckOptions): void {
  const setting = settingOf(layer, options);
  const frame = frameOf(setting, 2);
  tf.tidy(() => {
    const x = toTensors(randomFeatures(layer.inputs, frame, rng(setting.seed), setting.levels), frame);
    const context = toContext(conditionsFor(setting, frame), frame);
    const params = layer.init(rng(setting.seed));
    gradientsOf(([here]) => tf.sum(layer.apply(params, { ...x, here: here as tf.Tensor4D }, context).here), [x.here]);
  });
}
