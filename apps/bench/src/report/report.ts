import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceSlug } from '../results/device.ts';
import { readFolder } from '../results/files.ts';
import type { Row } from '../results/row.ts';
import { deviceFigures, type Figure } from './figures.ts';
import { deviceSections } from './sections.ts';

export interface ReportOptions {
  /** Folder of the result files. */
  readonly results: string;
  /** Folder that `benchmarks.md` and `figures/` go to. */
  readonly docs: string;
}

/** Writes tables and figures of all results. Returns the files written. */
export async function writeReport({ results, docs }: ReportOptions): Promise<string[]> {
  const rows = await readFolder(results);
  if (rows.length === 0) throw new Error(`writeReport: wanted results in ${results}, found none`);
  const devices = [...new Set(rows.map((row) => row.device))];
  const files = new Map<string, string>();
  const parts: string[] = [];
  for (const device of devices) {
    const own = rows.filter((row) => row.device === device);
    const figures = await deviceFigures(own);
    for (const { name, svg } of figures) files.set(figurePath(device, name), svg);
    parts.push(devicePart(device, own, figures));
  }
  files.set('benchmarks.md', `${INTRODUCTION}\n${parts.join('\n')}`);
  await mkdir(join(docs, 'figures'), { recursive: true });
  for (const [path, content] of files) await writeFile(join(docs, path), content);
  return [...files.keys()].map((path) => join(docs, path));
}

const INTRODUCTION = `# Benchmarks

Made by \`pixelrnn-bench report\` from the files in \`apps/bench/results\`, one for each device; the latest result of each task counts.
Every task runs in processes of its own, one for each backend and number of threads (×n), warmed up, in turns, and waits for the
device before the clock stops. Batches are of 16 images unless something else is said.
`;

const figurePath = (device: string, name: string) => `figures/${deviceSlug(device)}-${name}.svg`;

function devicePart(device: string, rows: readonly Row[], figures: readonly Figure[]): string {
  const last = rows[rows.length - 1];
  const loads = rows.map(({ load }) => load);
  const versions = rows.filter(({ commit }) => commit === last.commit).map((row) => row.versions);
  const conditions = [
    `Last measured ${last.date.slice(0, 10)}${last.commit ? ` at commit \`${last.commit.slice(0, 10)}\`` : ''}`,
    `load average before a task ${Math.min(...loads)}–${Math.max(...loads)}`,
    [...new Set(versions)].join('; '),
  ];
  const images = figures.map(({ name }) => `![${name}](${figurePath(device, name)})\n`);
  const sections = deviceSections(rows).map(({ title, markdown }) => `### ${title}\n\n${markdown}`);
  return [`## ${device}\n`, `${conditions.join('. ')}.\n`, ...images, ...sections].join('\n');
}
