import {
  contiguousGroups,
  dimensions,
  type GenerativeModel,
  groupCount,
  type ImageSpec,
  type PixelOrder,
  rng,
  toHost,
} from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { conditionsFor, frameOf } from '../contract/features.ts';
import { modelAsLayer, modelLayerOptions, pixelConditions } from '../contract/model-as-layer.ts';
import { randomParams } from '../contract/random-params.ts';
import { type Setting, settingOf } from '../contract/setting.ts';
import { drawSetting } from './draw-setting.ts';
import { ownChannelsSeen } from './own-channels.ts';
import { reachedByChange, reachedByGradient, type Subject } from './reached.ts';

export interface ReceptiveFieldOptions {
  readonly seed?: string | number;
  /** Draws of random weights and images that may show nothing new, one after the other, before what is unseen counts as such. Two are made at least. */
  readonly patience?: number;
  /** Told after each draw. */
  readonly onDraw?: (draws: number, unseen: number) => void;
}

export const RECEPTIVE_FIELD_DEFAULTS = { seed: 1, patience: 6 } as const;

/** What one pixel of a model sees. */
export interface ReceptiveField {
  readonly image: ImageSpec;
  readonly row: number;
  readonly column: number;
  /** For each colour of the pixel, 1 for the sub-pixels that can influence its distribution: [C][H·W·C]. */
  readonly seen: readonly Uint8Array[];
  /** The ideal context: for each colour, 1 for the sub-pixels that are drawn before it. What of them is unseen is the blind spot. */
  readonly earlier: readonly Uint8Array[];
  /** Draws of random weights that this took. */
  readonly draws: number;
}

/**
 * The exact set of sub-pixels that can influence the distribution of a pixel, whatever the weights: where, in one of several draws of
 * weights in general position and of images, the gradient of the pixel's outputs is not zero. A path that a ReLU shuts in one draw is open
 * in another, and masks give zeros in all. Where levels are read as classes, which no gradient passes, each sub-pixel is changed instead.
 *
 *   PixelCNN, k layers 3×3          a wedge to the upper right is never seen
 *   Row LSTM                        a triangle, a column wider with each row up
 *   Diagonal BiLSTM                 all but the last pixel of the row before, from columns 0 … W−5 after a stem of 7×7
 *   Gated PixelCNN, PixelCNN++      everything, once deep enough
 *
 * A model that draws some pixels first with another (`first`, as multi-scale PixelRNN) is seen as a whole: their fields are those of that
 * model, and the others may see all of them. One that draws pixels in an order of its own is seen in the order that the seed gives. What is
 * drawn or given beside the pixels (latents, a class, a degraded image) is part of no set.
 *
 * @throws if the image has no such pixel
 */
export async function receptiveField(
  model: GenerativeModel,
  { row, column }: { readonly row: number; readonly column: number },
  options: ReceptiveFieldOptions = {},
): Promise<ReceptiveField> {
  const { image, first } = model;
  const { height, width } = image;
  const isInside = Number.isInteger(row) && Number.isInteger(column) && row >= 0 && column >= 0;
  if (!isInside || row >= height || column >= width)
    throw new Error(`receptiveField: wanted a pixel of ${height}×${width}, got row ${row}, column ${column}`);
  const position = row * width + column;
  if (first?.mask[position] === 1) return fieldOfFirst(model, position, options);
  const order = await orderOf(model, options.seed ?? RECEPTIVE_FIELD_DEFAULTS.seed);
  const place = order ? order.indexOf(position) : position;
  const earlier = earlierThan(model, place);
  const { seen, draws } = await seenBy(model, place, earlier, options);
  const inImage = (set: Uint8Array) => (order ? rearranged(set, order, image.channels) : set);
  return { image, row, column, seen: seen.map(inImage), earlier: earlier.map(inImage), draws };
}

/** That of a pixel which another model draws, by that model's. */
async function fieldOfFirst(
  { image, first }: GenerativeModel,
  position: number,
  options: ReceptiveFieldOptions,
): Promise<ReceptiveField> {
  const { model, mask } = first!;
  const positions = Array.from(mask.keys()).filter((pixel) => mask[pixel] === 1);
  const pixelOf = (at: number, width: number) => ({ row: Math.floor(at / width), column: at % width });
  const own = await receptiveField(model, pixelOf(positions.indexOf(position), model.image.width), options);
  const spread = (sets: readonly Uint8Array[]) =>
    sets.map((set) => {
      const all = new Uint8Array(dimensions(image));
      set.forEach((isIn, i) => {
        all[positions[Math.floor(i / image.channels)] * image.channels + (i % image.channels)] = isIn;
      });
      return all;
    });
  const { seen, earlier, draws } = own;
  return { image, ...pixelOf(position, image.width), seen: spread(seen), earlier: spread(earlier), draws };
}

/** In which order the model draws the pixels of an image, if not in raster order. */
async function orderOf(model: GenerativeModel, seed: string | number): Promise<PixelOrder | undefined> {
  if (!model.before || model.first) return undefined;
  const params = await randomParams(model, seed);
  const weights = await toHost(params);
  tf.dispose(params as tf.TensorContainerObject);
  const draw = () => Promise.reject(new Error(`receptiveField: ${model.name} draws pixels that it does not name`));
  const context = conditionsFor({ conditions: pixelConditions(model), seed }, frameOf(model.image, 1));
  return (await model.before(weights, { random: [rng(seed)], context, draw })).order;
}

/** The sub-pixels that are drawn before each colour of the pixel at a place of the order, by their own places. */
function earlierThan({ image, first }: GenerativeModel, place: number): Uint8Array[] {
  const { channels } = image;
  return Array.from({ length: channels }, (_, color) =>
    Uint8Array.from({ length: dimensions(image) }, (_, i) => {
      const other = Math.floor(i / channels);
      return Number(first?.mask[other] === 1 || other < place || (other === place && i % channels < color));
    }),
  );
}

/** One of each kind, also where all that comes before is seen, or nothing does: something else may be seen, too. */
const LEAST_DRAWS = 2;

/** What each colour of the pixel at a place of the order sees: of weights drawn until several in a row show nothing new. */
async function seenBy(
  model: GenerativeModel,
  place: number,
  earlier: readonly Uint8Array[],
  options: ReceptiveFieldOptions,
): Promise<Pick<ReceptiveField, 'seen' | 'draws'>> {
  const { seed, patience, onDraw } = { ...RECEPTIVE_FIELD_DEFAULTS, ...options };
  const { image, likelihood } = model;
  const subject = subjectOf(model, seed, place);
  const reached = (model.encoding?.isNumeric ?? true) ? reachedByGradient : reachedByChange;
  const groupOf = contiguousGroups(image.channels, groupCount(likelihood.outputGroups));
  let seen = earlier.map((_, color) => ownChannelsSeen(likelihood, color, place * image.channels, dimensions(image)));
  const unseen = () => earlier.reduce((sum, set, color) => sum + set.filter((is, i) => is > seen[color][i]).length, 0);
  let draws = 0;
  for (let left = unseen(), since = 0; draws < LEAST_DRAWS || (left > 0 && since < patience); ) {
    const draw = await drawSetting(model, image, subject.setting, draws);
    const sets = await reached(subject, draw);
    tf.dispose(draw.params as tf.TensorContainerObject);
    seen = seen.map((own, color) => own.map((is, i) => is | sets[groupOf[color]][i]));
    const now = unseen();
    since = now < left ? 0 : since + 1;
    left = now;
    draws++;
    onDraw?.(draws, left);
  }
  return { seen, draws };
}

/** The model as a layer from images to likelihood parameters, what it makes of known pixels beforehand included. */
function subjectOf(model: GenerativeModel, seed: string | number, place: number): Subject {
  const { first, conditions, image } = model;
  const plain = modelAsLayer(model);
  const layer = first
    ? {
        ...plain,
        conditions,
        apply: ((params, { here }, context) => ({
          here: tf.tidy(() => model.conditionals(params, here, first.context(params, here, context))),
        })) satisfies typeof plain.apply,
      }
    : plain;
  const setting: Setting = settingOf(layer, { ...modelLayerOptions(model), seed });
  return { layer, setting, row: Math.floor(place / image.width), column: place % image.width };
}

/** A set of sub-pixels by their places in an order as one by their positions in the image. */
function rearranged(set: Uint8Array, order: PixelOrder, channels: number): Uint8Array {
  const back = new Uint8Array(set.length);
  set.forEach((is, i) => {
    back[order[Math.floor(i / channels)] * channels + (i % channels)] = is;
  });
  return back;
}
