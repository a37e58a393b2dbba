import { type Host, type Layer, leaves, type Params, rng, toContext, toHost } from '@pixelrnn/core';
import { heapInUse } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { conditionsFor, frameOf, randomFeatures, toTensors } from './features.ts';
import { gradientsOf } from './gradients-of.ts';
import { playAll } from './play.ts';
import { type LayerCheckOptions, type Setting, settingOf } from './setting.ts';

/**
 * No tensor is left behind: `init` makes its parameters and nothing else, `apply` its outputs, a gradient its results. And no memory of
 * the kernels: a stream that is disposed has given back all it took. Nothing else may use either meanwhile.
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
  const weights = await toHost(params);
  tf.dispose([gradients, variables, x, context] as tf.TensorContainer);
  checkStreamMemory(layer, weights, setting);
}

/** Bytes in use of the kernels' heap are the same before a stream and after it is disposed. */
function checkStreamMemory(layer: Layer, weights: Host<Params>, setting: Setting): void {
  const frame = frameOf(setting, 2);
  const x = randomFeatures(layer.inputs, frame, rng(setting.seed), setting.levels);
  const play = () => playAll(layer, weights, x, frame, setting, 'known', conditionsFor(setting, frame));
  play(); // what kernels take on their first use, they keep
  const before = heapInUse();
  play();
  const kept = heapInUse() - before;
  if (kept !== 0)
    throw new Error(
      `checkMemory: ${layer.name}: wanted no memory of the kernels in use after a stream was disposed, got ${kept} bytes`,
    );
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
