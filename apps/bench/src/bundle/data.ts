import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder } from '@pixelrnn/data/node';

const DATASET = 'binarized-mnist';

/** Binarized MNIST, three megabytes when compressed: what `quality` tasks train on. */
export async function copyData(
  folder: string,
  dataDir: string | undefined,
  note: (line: string) => void,
): Promise<void> {
  const source = join(dataFolder({ dataDir }), DATASET);
  const names = await readdir(source).catch(() => [] as string[]);
  const files = ['train', 'valid', 'test'].flatMap((split) => {
    const name = `binarized_mnist_${split}.amat`;
    return names.includes(`${name}.gz`) ? [`${name}.gz`] : names.includes(name) ? [name] : [];
  });
  if (files.length < 3) return note(`data is left out: ${source} does not hold ${DATASET}`);
  await mkdir(join(folder, DATASET), { recursive: true });
  for (const name of files) await copyFile(join(source, name), join(folder, DATASET, name));
}
