import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/** A folder for the tests of a file, gone at their end; returns what makes paths in it. */
export function temporaryFolder(): (...names: string[]) => string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pixelrnn-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (...names) => path.join(folder, ...names);
}
