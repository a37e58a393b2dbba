import { describe, expect, it } from 'vitest';
import { tinyLayer } from '../fixtures/tiny-layer.ts';
import { checkUnseen, unseen } from './unseen.ts';

const size = { height: 3, width: 3 };
const layer = tinyLayer({ inputs: 1, outputs: 2 });

describe('unseen', () => {
  it('lists what one pixel left and one above do not reach', async () => {
    const pairs = await unseen(layer, size);
    // 45 pairs of 9 pixels; seen are 9 own pixels, 6 to the left and 6 above.
    expect(pairs).toHaveLength(45 - 9 - 6 - 6);
    expect(pairs[0]).toEqual({
      output: { map: 'here', row: 0, column: 2, group: 0 },
      input: { map: 'here', row: 0, column: 0, group: 0 },
    });
  });

  it('counts colours', async () => {
    const colours = tinyLayer({ inputs: 3, outputs: 3, groups: 3, mask: 'A' });
    expect(await unseen(colours, { mask: 'A', groups: 3, height: 1, width: 2 })).toEqual([]);
  });

  it('checkUnseen wants the number or the very pairs', async () => {
    await checkUnseen(layer, { ...size, expectUnseen: 24 });
    await expect(checkUnseen(layer, { ...size, expectUnseen: 0 })).rejects.toThrow(
      'wanted 0 unseen pairs, got 24; here(row 0, column 2, group 0) does not see here(row 0, column 0, group 0)',
    );
    await expect(checkUnseen(layer, { ...size, expectUnseen: () => true })).rejects.toThrow(
      'wanted here(row 0, column 0, group 0) unseen by here(row 0, column 0, group 0), and it is not',
    );
    await expect(checkUnseen(layer, { ...size, expectUnseen: () => false })).rejects.toThrow(
      'wanted here(row 0, column 0, group 0) seen by here(row 0, column 2, group 0), and it is not',
    );
  });
});
