import { join } from 'node:path';
import { dimensions } from '@pixelrnn/core';
import { sheet } from '@pixelrnn/experiment';
import { checkFolder, writeFileAtomic } from '@pixelrnn/files';
import type { Samples } from '@pixelrnn/generate';
import { encodeNpy } from './npy.ts';
import { refuseStdout } from './output.ts';

/** The formats of `pixelrnn sample`. */
export const SAMPLE_FORMATS = ['sheet', 'files', 'npy'] as const;
/** One of {@link SAMPLE_FORMATS}. */
export type SampleFormat = (typeof SAMPLE_FORMATS)[number];

/** Where each format goes if nothing is said. */
export const SAMPLE_OUT: Readonly<Record<SampleFormat, string>> = {
  sheet: 'samples.png',
  files: 'samples',
  npy: 'samples.npy',
};

/** Samples as one file: all of them on one PNG, or their levels [count, H, W, C] for NumPy. */
export function sampleFile({ images, image }: Samples, format: 'sheet' | 'npy'): Uint8Array {
  if (format === 'sheet') return sheet(images, image);
  const { height, width, channels, levels } = image;
  return encodeNpy(images, [images.length / dimensions(image), height, width, channels], levels);
}

/** Sees that samples do not come among others, of before or of somebody else. */
export async function checkSampleFolder(folder: string): Promise<void> {
  refuseStdout('--out', folder, '--format sheet or npy, since stdout is one file');
  await checkFolder(folder);
}

/** Writes each image as a PNG of its own, a pixel for a pixel. Returns the paths. */
export async function writeSampleFiles(folder: string, { images, image }: Samples): Promise<string[]> {
  const size = dimensions(image);
  const count = images.length / size;
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const path = join(folder, `sample-${String(i).padStart(String(count - 1).length, '0')}.png`);
    const png = sheet(images.subarray(i * size, (i + 1) * size), image, { columns: 1, scale: 1, gap: 0 });
    await writeFileAtomic(path, png);
    paths.push(path);
  }
  return paths;
}
