import { dimensions, type GenerativeModel, type Host, type Params } from '@pixelrnn/core';
import { drawLevel } from './draw.ts';
import { checkSampleOptions, imageUniforms, type SampleOptions, type Samples } from './sample-options.ts';

/**
 * Draws images pixel by pixel with every layer's cache: O(1) work per pixel in the image size, on typed arrays, without
 * TensorFlow.js; the same bits on every host.
 *
 * @param weights parameters as typed arrays (`toHost`)
 */
export async function sample(model: GenerativeModel, weights: Host<Params>, options: SampleOptions): Promise<Samples> {
  const plan = checkSampleOptions(model, options);
  const size = dimensions(model.image);
  const images = new Float32Array(plan.count * size);
  const nats = new Float64Array(plan.count);
  for (let first = 0; first < plan.count; first += plan.batch) {
    const count = Math.min(plan.batch, plan.count - first);
    const onRow = async (row: number) => {
      const { height, width } = model.image;
      plan.onProgress?.(first * height * width + count * (row + 1) * width, plan.count * height * width);
      await new Promise((resolve) => setTimeout(resolve)); // lets a page repaint, and Ctrl-C through
    };
    await sampleBatch(
      model,
      weights,
      plan,
      { first, count },
      images.subarray(first * size),
      nats.subarray(first),
      onRow,
    );
  }
  return { images, image: model.image, nats };
}

async function sampleBatch(
  model: GenerativeModel,
  weights: Host<Params>,
  { seed, labels, temperature, known }: SampleOptions,
  { first, count }: { first: number; count: number },
  images: Float32Array,
  nats: Float64Array,
  onRow: (row: number) => Promise<void>,
): Promise<void> {
  const { height, width, channels } = model.image;
  const size = dimensions(model.image);
  const uniforms = Array.from({ length: count }, (_, b) => imageUniforms(seed, first + b, size));
  const batchLabels = labels && Int32Array.from(Array.from(labels).slice(first, first + count));
  const stream = model.stream(weights, { batch: count, height, width }, { labels: batchLabels });
  const pixel = new Float32Array(count * channels);
  const { parameterChannels } = model.likelihood;
  const parameters = new Float32Array(count * parameterChannels);

  const drawChannel = (position: number, channel: number): void => {
    parameters.set(stream.at(pixel)); // a copy: what the stream returned may not survive an allocation
    for (let b = 0; b < count; b++) {
      const own = parameters.subarray(b * parameterChannels, (b + 1) * parameterChannels);
      const before = pixel.subarray(b * channels, (b + 1) * channels);
      const pmf = model.likelihood.pmf(own, channel, before, temperature);
      const level = drawLevel(pmf, uniforms[b][position * channels + channel]);
      nats[b] -= Math.log((temperature === 1 ? pmf : model.likelihood.pmf(own, channel, before))[level]);
      pixel[b * channels + channel] = level;
    }
  };

  try {
    for (let r = 0; r < height; r++) {
      stream.beginRow();
      for (let c = 0; c < width; c++) {
        const position = r * width + c;
        if (known && position < known.pixels) {
          for (let b = 0; b < count; b++)
            pixel.set(knownPixel(known.images, size, first + b, position, channels), b * channels);
          stream.at(pixel);
        } else {
          pixel.fill(0);
          for (let channel = 0; channel < channels; channel++) drawChannel(position, channel);
        }
        stream.advance(pixel);
        for (let b = 0; b < count; b++)
          images.set(pixel.subarray(b * channels, (b + 1) * channels), b * size + position * channels);
      }
      await onRow(r);
    }
  } finally {
    stream.dispose();
  }
}

/** The levels of one pixel of a known image: of image i, or of the only one. */
export function knownPixel(
  images: ArrayLike<number>,
  size: number,
  image: number,
  position: number,
  channels: number,
): Float32Array {
  const start = (images.length === size ? 0 : image * size) + position * channels;
  return Float32Array.from({ length: channels }, (_, channel) => images[start + channel]);
}
