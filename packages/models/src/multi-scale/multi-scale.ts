import {
  type Context,
  childContext,
  contextFor,
  createEncoding,
  type GenerativeModel,
  type Host,
  type ImageSpec,
  type JsonObject,
  type Likelihood,
  mergeConditions,
  type Params,
  refuseOtherConditions,
  wantConditions,
  withDefaults,
} from '@pixelrnn/core';
import { constant, upsampler } from '@pixelrnn/layers';
import * as tf from '@tensorflow/tfjs-core';
import type { BuildModel } from '../build-model.ts';
import { checkImage, systemConfig } from '../options.ts';
import { grid } from './grid.ts';

/** Config of a system, without its image. */
type SystemConfig = JsonObject & { readonly system: string };

export interface MultiScaleOptions {
  readonly image: ImageSpec;
  /** The small image has every so many-th row and column of the image. */
  readonly factor: number;
  /** What draws the small image; another `multiScale` makes it three scales. */
  readonly small: SystemConfig;
  /** What draws the others of the image's pixels: a system with a `map` option, which it is given. */
  readonly large: SystemConfig;
  /** Channels c of the map that is made of the small image. */
  readonly channels?: number;
}

export const MULTI_SCALE_DEFAULTS = { channels: 32 } as const;

type MultiScaleParams = { readonly small: Params; readonly upsampler: Params; readonly large: Params };

/**
 * Multi-scale PixelRNN (van den Oord et al. 2016, §3.6): an unconditional model draws a small image, subsampled from the original; a
 * conditional one draws the original, given a map that is made of the small image.
 *
 *   image [n, n, C] ── every f-th pixel ── small image [s, s, C] ── upsampler ── map [n, n, c] ── every layer of the large model
 *
 *   p(x) = p(small) · Π_i p(x_i | x_<i, small),     i over the pixels that are not the small image's
 *
 * The large model knows the pixels of the small image, so theirs are left out of the product: each pixel is scored once, p is a distribution of
 * images, and all its nats count over n·n·C dimensions. Both models and the upsampler are trained together, on the sum.
 *
 * The paper gives neither s, c nor the upsampler's layers. Here it is a convolution 3×3, a convolution 3×3, an f-fold transposed convolution and a
 * convolution 3×3 to c, with ReLUs between them; so the map shows every pixel what lies around it in the small image, in all directions.
 *
 * A completion keeps what is known at both scales. What is drawn of the small image minds those known pixels that are its own, and not those
 * between them, so it is not exact.
 *
 * @param build builds both models from their configs: `createModel`
 */
export function multiScale(options: MultiScaleOptions, build: BuildModel): GenerativeModel<MultiScaleParams> {
  const name = 'multiScale';
  checkImage(name, options.image);
  const resolved = withDefaults(name, options, MULTI_SCALE_DEFAULTS, ['image', 'factor', 'small', 'large']);
  const { image, factor, channels } = resolved;
  checkSystems(resolved);
  const onGrid = grid(name, image, factor);
  const small = build({ ...resolved.small, image: { ...onGrid.image } });
  const large = build({ ...resolved.large, image: { ...image }, map: channels });
  checkScales(small, large, channels);
  const { map: _, ...ofLarge } = large.conditions;
  const conditions = mergeConditions(name, [small.conditions, ofLarge]);
  const encoding = createEncoding('scaled', image);
  const toMap = upsampler({
    inputs: [onGrid.image.height, onGrid.image.width, encoding.outputs],
    outputs: [image.height, image.width, channels],
    layers: [[channels, factor]],
  });
  const read = encoding.prepare({});
  const isCounted = constant(() => tf.tensor1d(Float32Array.from(onGrid.mask, (known) => 1 - known)));

  /** What each model is given of images and their context. */
  function parts(params: MultiScaleParams, images: tf.Tensor4D, context: Context = {}) {
    const [batch, ...size] = images.shape;
    const { height, width } = image;
    if (String(size) !== String([height, width, image.channels]))
      throw new Error(
        `${name}: wanted images of shape [B,${height},${width},${image.channels}], got [${images.shape}]`,
      );
    wantConditions(name, conditions, { batch, height, width }, context);
    refuseOtherConditions(name, conditions, context);
    const smallImages = onGrid.subsample(images);
    const map = toMap.apply(params.upsampler, encoding.apply({}, smallImages)) as tf.Tensor4D;
    const own = (key: string, part: GenerativeModel) => childContext(contextFor(part.conditions, context), key);
    return { smallImages, small: own('small', small), large: { ...own('large', large), map } };
  }

  const largeNats = (params: MultiScaleParams, images: tf.Tensor4D, context: Context): tf.Tensor1D =>
    natsOfPixels(large.likelihood, large.conditionals(params.large, images, context), images, isCounted());

  return {
    name,
    image,
    config: systemConfig(name, { ...resolved, small: systemOf(small), large: systemOf(large) }),
    bound: small.bound,
    likelihood: large.likelihood,
    encoding: large.encoding,
    conditions,
    drawn: { conditions: { map: channels }, noise: ['small'], given: small.drawn?.given ?? [] },
    init: (rng) => ({
      small: small.init(rng.fork('small')),
      upsampler: toMap.init(rng.fork('upsampler')),
      large: large.init(rng.fork('large')),
    }),
    ...((small.calibrate || large.calibrate) && {
      calibrate(params: MultiScaleParams, images: tf.Tensor4D, context?: Context) {
        const given = parts(params, images, context);
        return {
          ...params,
          small: small.calibrate?.(params.small, given.smallImages, given.small) ?? params.small,
          large: large.calibrate?.(params.large, images, given.large) ?? params.large,
        };
      },
    }),
    conditionals: (params, images, context = {}) =>
      large.conditionals(params.large, images, contextFor(large.conditions, context)),
    nats: (params, images, context) =>
      tf.tidy(() => {
        const given = parts(params, images, context);
        const ofSmall = small.nats(params.small, given.smallImages, given.small);
        return tf.add(ofSmall, largeNats(params, images, given.large)) as tf.Tensor1D;
      }),
    ...(small.objective && {
      objective(params: MultiScaleParams, images: tf.Tensor4D, context: Context) {
        const given = parts(params, images, context);
        const ofSmall = small.objective!(params.small, given.smallImages, given.small!);
        const ofLarge = largeNats(params, images, given.large);
        const plus = (nats: tf.Tensor1D) => tf.add(nats, ofLarge) as tf.Tensor1D;
        return { ...ofSmall, loss: plus(ofSmall.loss), nats: plus(ofSmall.nats) };
      },
    }),
    first: {
      model: small,
      mask: onGrid.mask,
      context: (params, images, context) => parts(params, images, context).large,
    },
    before: async (weights, { random, context, known, draw }) => {
      const images = await draw('small', small, weights.small as Host<Params>, {
        context: contextFor(small.conditions, context),
        known: known && onGrid.subsampleKnown(known),
      });
      const prepared = toMap.prepare(weights.upsampler as Host<Params>);
      try {
        const map = prepared.run(read(images), random.length);
        return { context: { ...contextFor(large.conditions, context), map }, known: onGrid.spread(images) };
      } finally {
        prepared.dispose();
      }
    },
    prepare(weights) {
      const prepared = large.prepare(weights.large as Host<Params>);
      return {
        open: (frame, context = {}) => prepared.open(frame, contextFor(large.conditions, context)),
        dispose: () => prepared.dispose(),
      };
    },
  };
}

/** A system as it is stored of a scale: the image and the map follow from those of all. */
function systemOf({ config: { image: _, map: __, ...config } }: GenerativeModel): JsonObject {
  return config;
}

function checkSystems({ small, large }: MultiScaleOptions): void {
  for (const [scale, system] of Object.entries({ small, large }))
    for (const option of ['image', 'map'])
      if (system?.[option] !== undefined)
        throw new Error(`multiScale: wanted no ${option} in ${scale}, it follows from the others, got one`);
}

function checkScales(small: GenerativeModel, large: GenerativeModel, channels: number): void {
  if (small.conditions.map !== undefined)
    throw new Error(`multiScale: wanted a small system that reads no map, got ${small.name}`);
  if (large.conditions.map !== channels || large.before || large.bound !== 'exact')
    throw new Error(
      `multiScale: wanted a large system that reads a map of ${channels} channels and draws nothing before the first pixel, got ${large.name}`,
    );
}

/**
 * −log p of those pixels of each image where `isCounted` [H·W] is 1, in nats: [B]. To the likelihood every pixel is an image of its own.
 */
function natsOfPixels(
  likelihood: Likelihood,
  outputs: tf.Tensor4D,
  images: tf.Tensor4D,
  isCounted: tf.Tensor1D,
): tf.Tensor1D {
  const alone = (maps: tf.Tensor4D) => tf.reshape(maps, [-1, 1, 1, maps.shape[3]]) as tf.Tensor4D;
  const ofPixels = tf.reshape(likelihood.logProb(alone(outputs), alone(images)), [-1, isCounted.size]); // [B, H·W]
  return tf.neg(tf.sum(tf.mul(ofPixels, isCounted), 1)) as tf.Tensor1D;
}
