import { compress, decompress, readArchive } from '@pixelrnn/codec';
import { describe, expect, it } from 'vitest';
import { reportMissing } from '../../../scripts/lib/required.mjs';
import { ELSEWHERE } from './elsewhere.fixture.ts';
import { decodeGolden, digest, GOLDEN, trainedOf } from './golden.fixture.ts';
import { readGolden } from './read-golden.fixture.ts';

const WANTED = GOLDEN.map(({ sha256, drawn }) => ({ sha256, drawn }));

describe('C33: golden archives', () => {
  it.each(GOLDEN)('$name is read here, and would be written again to the bit', async ({ name, sha256 }) => {
    const by = await trainedOf(name, readGolden);
    const bytes = await readGolden(`${name}.pxr`);
    const images = await decompress(bytes, () => by);
    expect(digest(images)).toBe(sha256);
    const [{ count, rows }] = readArchive(bytes).blocks;
    const options = name === 'colours' ? { rows } : { block: count };
    expect((await compress(by.model, by.weights, images, options)).bytes).toEqual(Uint8Array.from(bytes));
  });

  it('are read by what runs elsewhere, which draws the same (C22)', async () =>
    expect(await decodeGolden(readGolden)).toEqual(WANTED));

  for (const { name, missing, agent, decode } of ELSEWHERE) {
    if (missing) reportMissing(name, missing);
    const tags = name === 'browser' ? [] : ['slow'];
    it.skipIf(missing)(`are read on ${name}, which draws the same (C22)`, { tags }, async () => {
      const found = await decode();
      expect(found.report).toEqual(WANTED);
      expect(found.agent).toMatch(agent);
    });
  }
});
