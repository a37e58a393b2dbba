import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from './files.fixture.ts';
import { sha256, sha256OfFile } from './sha256.ts';

// FIPS 180-4's own example.
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

it('is that of bytes, of text and of files', async () => {
  const path = join(await temporaryFolder(), 'abc');
  await writeFile(path, 'abc');
  expect([sha256('abc'), sha256(Uint8Array.of(97, 98, 99)), await sha256OfFile(path)]).toEqual([ABC, ABC, ABC]);
  await expect(sha256OfFile(`${path}d`)).rejects.toThrow(`cannot read ${path}d: there is no such file or folder`);
});
