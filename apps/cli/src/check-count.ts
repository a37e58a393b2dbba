import { totalmem } from 'node:os';
import { dimensions, type ImageSpec } from '@pixelrnn/core';
import { UsageError } from '@pixelrnn/shell';

/** What an image takes beside its levels: its random stream, its likelihood. */
const PER_IMAGE = 512;
/** Levels while they are drawn, and again in the picture. */
const PER_LEVEL = 12;

/** @throws UsageError if this machine has not the memory for so many images at once */
export function checkCount(count: number, image: ImageSpec): void {
  const most = Math.floor(totalmem() / (PER_IMAGE + PER_LEVEL * dimensions(image)));
  if (count > most)
    throw new UsageError(`--count: wanted at most ${most} images, which this machine has memory for, got ${count}`);
}
