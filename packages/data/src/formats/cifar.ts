import { DataError } from '../data-error.ts';
import { checkLabels } from '../dataset/labels.ts';
import type { PixelSplit } from '../dataset/pixel-dataset.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const CHANNELS = 3;

/** Images of CIFAR are 32×32×3. */
export const CIFAR_IMAGE = { side: SIDE, channels: CHANNELS, size: PLANE * CHANNELS } as const;

/** What stands before the pixels of an image, and what of it counts. */
export interface CifarLayout {
  /** Number of labels of an image, a byte each. */
  readonly labels: number;
  /** Which of them to take. */
  readonly label: number;
  /** How many classes that one names. */
  readonly classes: number;
}

/**
 * Records of labels and three planes (R, G, B) → [n, 32, 32, 3], all files one after the other.
 *
 * @param nameOf Names a file in errors.
 * @throws DataError on half a record, or a label that is no class
 */
export function decodeCifar(
  files: readonly Uint8Array[],
  nameOf: (i: number) => string,
  { labels: labelBytes, label, classes }: CifarLayout,
): PixelSplit {
  const record = labelBytes + CIFAR_IMAGE.size;
  const counts = files.map((bytes, i) => countRecords(bytes, record, nameOf(i)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const pixels = new Uint8Array(total * CIFAR_IMAGE.size);
  const labels = new Uint8Array(total);
  let image = 0;
  files.forEach((bytes, i) => {
    const first = image;
    for (let start = 0; start < bytes.length; start += record, image++) {
      labels[image] = bytes[start + label];
      const target = pixels.subarray(image * CIFAR_IMAGE.size, (image + 1) * CIFAR_IMAGE.size);
      interleave(bytes.subarray(start + labelBytes, start + record), target);
    }
    checkLabels(labels.subarray(first, image), classes, nameOf(i));
  });
  return { pixels, labels };
}

function countRecords(bytes: Uint8Array, record: number, file: string): number {
  if (bytes.length > 0 && bytes.length % record === 0) return bytes.length / record;
  throw new DataError(`${file}: wanted records of ${record} bytes, found ${bytes.length} bytes`);
}

/** [3, 32·32] → [32·32, 3] */
function interleave(planes: Uint8Array, pixels: Uint8Array): void {
  for (let i = 0; i < PLANE; i++) {
    for (let c = 0; c < CHANNELS; c++) pixels[i * CHANNELS + c] = planes[c * PLANE + i];
  }
}
