import type { Frame, Host, HostContext, Layer, Params, Stream } from '@pixelrnn/core';
import type { HostFeatures } from './features.ts';
import type { Setting } from './setting.ts';
import type { MapLayout } from './sites.ts';

/** Stands in for sub-pixels that are not known yet. */
const UNKNOWN = 77;

/**
 * How a stream is asked: `known` pixels take one `at` with all channels, as in coding; `group by group`, as in sampling, the channels
 * become known one colour at a time, and what is not known yet is filled with junk.
 */
export type Manner = 'known' | 'group by group';

/** One request: what of the input is known, and which outputs are then valid. */
interface Request {
  readonly knows: (channel: number) => boolean;
  readonly answers: (channel: number) => boolean;
}

/**
 * Runs a stream over whole images in raster order and collects its outputs; yields after every pixel, so that several can be played
 * side by side.
 */
export function* play(
  layer: Layer,
  weights: Host<Params>,
  x: HostFeatures,
  frame: Frame,
  setting: Setting,
  manner: Manner,
  context: HostContext,
): Generator<void, HostFeatures> {
  const pixels = frame.batch * frame.height * frame.width;
  const output = {
    here: new Float32Array(pixels * setting.outputs.here.length),
    ...(setting.outputs.above !== undefined && { above: new Float32Array(pixels * setting.outputs.above) }),
  };
  const requests = requestsFor(setting, manner);
  const prepared = layer.prepare(weights);
  const stream = prepared.open(frame, context);
  for (let row = 0; row < frame.height; row++) {
    playRow(layer, stream, x, output, frame, row);
    for (let column = 0; column < frame.width; column++) {
      const here = gather(x.here, frame, row, column);
      for (const request of requests)
        ask(layer, stream, here, output.here, frame, [row, column], setting.outputs, request);
      stream.advance(column, here);
      yield;
    }
  }
  stream.dispose();
  prepared.dispose();
  return output;
}

/** {@link play} without stopping. */
export function playAll(...args: Parameters<typeof play>): HostFeatures {
  const generator = play(...args);
  for (;;) {
    const { done, value } = generator.next();
    if (done) return value;
  }
}

function requestsFor({ mask, inputs, outputs }: Setting, manner: Manner): Request[] {
  if (manner === 'known') return [{ knows: () => true, answers: () => true }];
  const groups = 1 + Math.max(...inputs.here, ...outputs.here);
  return Array.from({ length: groups }, (_, group) => ({
    knows: (channel) => inputs.here[channel] < group || (mask === 'B' && inputs.here[channel] === group),
    answers: (channel) => outputs.here[channel] === group,
  }));
}

/** Begins a row and keeps the `above` features that it answers with. */
function playRow(
  layer: Layer,
  stream: Stream,
  x: HostFeatures,
  output: HostFeatures,
  { batch, height, width }: Frame,
  row: number,
): void {
  const rowOf = (map: Float32Array, image: number) => {
    const size = map.length / (batch * height);
    return map.subarray((image * height + row) * size, (image * height + row + 1) * size);
  };
  const images = Array.from({ length: batch }, (_, image) => image);
  const above = x.above && Float32Array.from(images.flatMap((image) => [...rowOf(x.above!, image)]));
  const answer = stream.beginRow(row, above);
  if (!output.above) return;
  const size = output.above.length / (batch * height);
  if (answer?.length !== batch * size)
    throw new Error(
      `stream of ${layer.name}: wanted ${batch * size} numbers from beginRow (batch ${batch}, width ${width}), got ${answer?.length ?? 'none'}`,
    );
  for (const image of images) rowOf(output.above, image).set(answer.subarray(image * size, (image + 1) * size));
}

function ask(
  layer: Layer,
  stream: Stream,
  here: Float32Array,
  output: Float32Array,
  { batch, height, width }: Frame,
  [row, column]: readonly [number, number],
  { here: groups }: MapLayout,
  { knows, answers }: Request,
): void {
  const inputs = here.length / batch;
  const answer = stream.at(
    column,
    here.map((value, i) => (knows(i % inputs) ? value : UNKNOWN)),
  );
  const channels = groups.length;
  if (answer.length !== batch * channels)
    throw new Error(
      `stream of ${layer.name}: wanted ${batch * channels} numbers from at (batch ${batch}), got ${answer.length}`,
    );
  for (let image = 0; image < batch; image++)
    for (let channel = 0; channel < channels; channel++)
      if (answers(channel))
        output[((image * height + row) * width + column) * channels + channel] = answer[image * channels + channel];
}

/** The channels of one pixel of every image, [batch, channels]. */
function gather(map: Float32Array, { batch, height, width }: Frame, row: number, column: number): Float32Array {
  const channels = map.length / (batch * height * width);
  const pixel = new Float32Array(batch * channels);
  for (let image = 0; image < batch; image++) {
    const start = ((image * height + row) * width + column) * channels;
    pixel.set(map.subarray(start, start + channels), image * channels);
  }
  return pixel;
}
