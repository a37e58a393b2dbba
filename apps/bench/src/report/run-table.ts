import type { Row } from '../results/row.ts';
import { deviceSections } from './sections.ts';

/** What a run found, for the terminal. */
export function runTable(rows: readonly Row[]): string {
  const devices = [...new Set(rows.map((row) => row.device))];
  return devices
    .flatMap((device) => {
      const own = rows.filter((row) => row.device === device);
      const sections = deviceSections(own).map(({ title, markdown }) => `${title}\n${markdown}`);
      return [`${device} (load ${own[0].load}, ${own[0].versions})\n`, ...sections];
    })
    .join('\n');
}
