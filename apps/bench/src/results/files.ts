import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeCsv, encodeCsv } from './csv.ts';
import { deviceSlug } from './device.ts';
import { COLUMNS, cellsOf, type Row, rowOf } from './row.ts';

/** Where results are kept unless another folder is named: in this repository, or below the current folder. */
export const RESULTS_FOLDER = join('apps', 'bench', 'results');

/** Adds rows to the files of their devices. @throws if a file has other columns: it was written by another version */
export async function appendRows(folder: string, rows: readonly Row[]): Promise<void> {
  for (const device of new Set(rows.map((row) => row.device))) {
    const file = join(folder, `${deviceSlug(device)}.csv`);
    const header = await readHeader(file);
    if (header && header.join() !== COLUMNS.join())
      throw new Error(`appendRows: ${file} has other columns; choose another folder with --out`);
    const lines = rows.filter((row) => row.device === device).map(cellsOf);
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, encodeCsv(header ? lines : [[...COLUMNS], ...lines]));
  }
}

async function readHeader(file: string): Promise<string[] | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return decodeCsv(text.slice(0, text.indexOf('\n') + 1))[0];
}

/** The rows of one result file, the oldest first. */
export async function readRows(file: string): Promise<Row[]> {
  const [header = [], ...lines] = decodeCsv(await readFile(file, 'utf8'));
  if (!header.includes('task') || !header.includes('medianMs')) throw new Error(`readRows: ${file} holds no results`);
  return lines.map((cells) => rowOf(header, cells));
}

/** The rows of every result file in a folder. */
export async function readFolder(folder: string): Promise<Row[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.csv')).sort();
  return (await Promise.all(names.map((name) => readRows(join(folder, name))))).flat();
}
