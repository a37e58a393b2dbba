import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPretrained, pretrained } from '@pixelrnn/pretrained';

/** The path of a golden file; models and weights of presets are those that are published. */
export function goldenPath(file: string): string {
  const name = path.parse(file).name;
  if (!isPretrained(name) || file.endsWith('.pxr')) return path.join(import.meta.dirname, 'golden', file);
  const { config, weights } = pretrained(name);
  return fileURLToPath(file.endsWith('.json') ? config : weights);
}

export const readGolden = (file: string): Promise<Uint8Array> => readFile(goldenPath(file));
