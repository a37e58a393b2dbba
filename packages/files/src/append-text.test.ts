import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { appendText } from './append-text.ts';
import { fullDisk, temporaryFolder } from './files.fixture.ts';

it('makes the file and its folders, then adds to it', async () => {
  const path = join(await temporaryFolder(), 'deep', 'journal');
  await appendText(path, 'one\n');
  await appendText(path, 'zwei\n');
  expect(await readFile(path, 'utf8')).toBe('one\nzwei\n');
});

it('says when the disk is full', async () => {
  const path = join(await temporaryFolder(), 'journal');
  await expect(appendText(path, 'text', fullDisk)).rejects.toThrow(`cannot write ${path}: no space left on the device`);
});
