import { type Batch, type GenerativeModel, type ImageSpec, wantHostConditions } from '@pixelrnn/core';

/**
 * Looks at every level and label once, where they enter: what a likelihood or an embedding makes of others is no number to work with.
 * @throws if images or labels are not as many as wanted, or one of them is no whole number of its range, saying where; or if a vector or
 * map is missing or of another size
 */
export function checkBatch(
  { name, image, conditions }: Pick<GenerativeModel, 'name' | 'image' | 'conditions'>,
  batch: Batch,
): void {
  const { images, count } = batch;
  const shape = [count, image.height, image.width, image.channels];
  const size = shape.reduce((a, b) => a * b, 1);
  if (count < 1 || images.length !== size)
    throw new Error(`${name}: wanted images [${shape.join(', ')}] (${size} values), got ${images.length} values`);
  const level = firstOutside(images, image.levels);
  if (level !== undefined)
    throw new Error(
      `${name}: wanted whole levels of 0 … ${image.levels - 1}, got ${images[level]} at ${placeOf(level, image)}`,
    );
  wantHostConditions(name, conditions, { batch: count, height: image.height, width: image.width }, batch);
}

/** Index of the first value that is not one of 0, 1, …, below − 1. `>>> 0` changes all but whole numbers from 0 to 2³² − 1. */
function firstOutside(values: Float32Array, below: number): number | undefined {
  for (let i = 0; i < values.length; i++) if (values[i] >>> 0 !== values[i] || values[i] >= below) return i;
  return undefined;
}

function placeOf(index: number, { height, width, channels }: ImageSpec): string {
  const pixel = Math.floor(index / channels);
  const row = Math.floor(pixel / width);
  const place = `image ${Math.floor(row / height)}, row ${row % height}, column ${pixel % width}`;
  return channels === 1 ? place : `${place}, channel ${index % channels}`;
}
