import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { datasetFiles } from '@pixelrnn/data/node';

/** What the trainings of a suite are given: three megabytes of digits, and CIFAR-10, which is 170. */
const DATASETS = ['binarized-mnist', 'cifar10'] as const;
export type BundledDataset = (typeof DATASETS)[number];
export const BUNDLED_DATASETS: readonly BundledDataset[] = DATASETS;

/** Copies those data sets that are whole; says which are not. */
export async function copyData(
  folder: string,
  names: readonly BundledDataset[],
  dataDir: string | undefined,
  note: (line: string) => void,
): Promise<void> {
  for (const name of names) {
    const files = (await datasetFiles(name, { dataDir }))!;
    if (files.missing.length > 0) {
      note(`data is left out: ${files.folder} does not hold ${name}`);
      continue;
    }
    await mkdir(join(folder, name), { recursive: true });
    for (const path of files.found) await copyFile(path, join(folder, name, basename(path)));
  }
}
