import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
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
    const found = (await datasetFiles(name, { dataDir }))!;
    if (found.missing.length > 0) {
      note(`data is left out: ${found.folder} does not hold ${name}`);
      continue;
    }
    await mkdir(join(folder, name), { recursive: true });
    const files = await readdir(found.folder, { withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile()))
      await copyFile(join(found.folder, file.name), join(folder, name, file.name));
  }
}
