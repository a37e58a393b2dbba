import { type Layer, rng, type Stream, toHost } from '@pixelrnn/core';
import { detachViews } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { conditionsFor, frameOf, randomFeatures } from './features.ts';
import { mustThrow } from './must-throw.ts';
import { randomParams } from './random-params.ts';
import { type LayerCheckOptions, type Setting, settingOf } from './setting.ts';

/** Calls of which the last is an error. */
const WRONG_ORDERS: readonly (readonly string[])[] = [
  ['at(0)'],
  ['advance(0)'],
  ['beginRow(1)'],
  ['beginRow(0)', 'beginRow(0)'],
  ['beginRow(0)', 'advance(0)'],
  ['beginRow(0)', 'at(1)'],
  ['beginRow(0)', 'at(0)', 'beginRow(1)'],
  ['beginRow(0)', 'at(0)', 'advance(0)', 'advance(0)'],
  ['dispose', 'beginRow(0)'],
  ['beginRow(0)', 'dispose', 'at(0)'],
  ['beginRow(0)', 'at(0)', 'dispose', 'advance(0)'],
];

/** Two rows of two pixels, or a model's own size. */
const smallFrame = (setting: Setting) => frameOf(setting.fixedSize ? setting : { height: 2, width: 2 }, 2);

/**
 * A stream refuses what is out of raster order, and everything after `dispose`, rather than to give a wrong answer; and an array that it
 * has returned stays as it is until the same function is called again, whatever else happens in the kernels' memory.
 */
export async function checkOrder(layer: Layer, options: LayerCheckOptions = {}): Promise<void> {
  const setting = settingOf(layer, options);
  const params = await randomParams(layer, setting.seed);
  const prepared = layer.prepare(await toHost(params));
  tf.dispose(params as tf.TensorContainerObject);
  const frame = smallFrame(setting);
  const x = randomFeatures(layer.inputs, frame, rng(setting.seed).fork('order'), setting.levels);
  const open = () => prepared.open(frame, conditionsFor(setting, frame));
  const pixels = frame.batch * frame.height * frame.width;
  const here = x.here.slice(0, (frame.batch * x.here.length) / pixels);
  const above = x.above?.slice(0, (frame.batch * frame.width * x.above.length) / pixels);
  const calls: Record<string, (stream: Stream) => unknown> = {
    'beginRow(0)': (stream) => stream.beginRow(0, above),
    'beginRow(1)': (stream) => stream.beginRow(1, above),
    'at(0)': (stream) => stream.at(0, here),
    'at(1)': (stream) => stream.at(1, here),
    'advance(0)': (stream) => stream.advance(0, here),
    dispose: (stream) => stream.dispose(),
  };
  for (const order of WRONG_ORDERS) {
    const stream = open();
    for (const call of order.slice(0, -1)) calls[call](stream);
    mustThrow(`checkOrder: ${layer.name}`, order.join(', '), () => calls[order.at(-1)!](stream));
    stream.dispose();
  }
  checkThatResultsStay(layer, open(), here, above);
  prepared.dispose();
  mustThrow(`checkOrder: ${layer.name}`, 'open after dispose', open);
}

function checkThatResultsStay({ name }: Layer, stream: Stream, here: Float32Array, above?: Float32Array): void {
  const results = [stream.beginRow(0, above), stream.at(0, here)];
  const copies = results.map((result) => result?.slice());
  detachViews();
  stream.advance(0, here);
  stream.dispose();
  results.forEach((result, i) => {
    const copy = copies[i];
    if (result?.length !== copy?.length || result?.some((value, k) => value !== copy![k]))
      throw new Error(
        `checkOrder: ${name}: wanted what ${i === 0 ? 'beginRow' : 'at'} returned to stay, and it changed`,
      );
  });
}
