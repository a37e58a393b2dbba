// `<folder>`: puts one folder after the other in the place of the same, as saving a step again does, and says which is there.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { replaceFolder, restoreReplaced } from '../../packages/files/dist/index.js';

const parent = process.argv[2];
const [folder, aside] = ['10', '10.partial'].map((name) => path.join(parent, name));
await mkdir(parent, { recursive: true });
await restoreReplaced(parent);
const read = async () => Number(await readFile(path.join(folder, 'count'), 'utf8'));
let count = await read().catch((error) => {
  if (error.code === 'ENOENT') return -1;
  throw error;
});
process.send({ from: count });
for (;;) {
  await mkdir(aside, { recursive: true });
  await writeFile(path.join(aside, 'count'), String(++count));
  await replaceFolder(aside, folder);
  process.send({ saved: count });
}
