import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { append } from './append.ts';
import { fullDisk, temporaryFolder } from './files.fixture.ts';

it('makes the file and its folders, then adds to it', async () => {
  const path = join(await temporaryFolder(), 'deep', 'journal');
  await append(path, 'one\n');
  await append(path, Buffer.from('zwei\n'));
  expect(await readFile(path, 'utf8')).toBe('one\nzwei\n');
});

it('says when the disk is full', async () => {
  const path = join(await temporaryFolder(), 'journal');
  await expect(append(path, 'text', fullDisk)).rejects.toThrow(`cannot write ${path}: no space left on the device`);
});
