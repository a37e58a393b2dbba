import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from './files.fixture.ts';
import { readText } from './read-text.ts';

it('tells a file that is not there from one that cannot be read', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), 'größe');
  expect(await readText(join(folder, 'file'))).toBe('größe');
  expect(await readText(join(folder, 'none'))).toBeUndefined();
  await expect(readText(folder)).rejects.toThrow(`cannot read ${folder}: this is a folder, not a file`);
});
