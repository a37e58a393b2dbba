import { describe, expect, it } from 'vitest';
import { contiguousGroups, perGate } from './groups.ts';
import { causalTaps, centreMask, centreTap, type Taps, tapCount, tapMask } from './mask.ts';

const rows = (mask: Float32Array, width: number) =>
  Array.from({ length: mask.length / width }, (_, r) => [...mask.subarray(r * width, (r + 1) * width)].join(''));

describe('C9: centre tap', () => {
  const rgb = [0, 1, 2];

  it('is strictly triangular for A and triangular for B (rows = inputs, columns = outputs)', () => {
    expect(rows(centreMask('A', rgb, rgb), 3)).toEqual(['011', '001', '000']);
    expect(rows(centreMask('B', rgb, rgb), 3)).toEqual(['111', '011', '001']);
  });

  it('takes widths that are no multiple of three', () => {
    expect(contiguousGroups(5, 3)).toEqual([0, 0, 1, 1, 2]);
    expect(rows(centreMask('B', rgb, contiguousGroups(5, 3)), 5)).toEqual(['11111', '00111', '00001']);
    const sizes = (n: number) => [0, 1, 2].map((g) => contiguousGroups(n, 3).filter((x) => x === g).length);
    expect(sizes(128)).toEqual([43, 43, 42]);
    expect(sizes(1024)).toEqual([342, 341, 341]);
  });

  it('T5: repeats the groups gate by gate', () => {
    const groups = contiguousGroups(4, 3);
    const gates = perGate(groups, 4);
    for (let gate = 0; gate < 4; gate++)
      for (let unit = 0; unit < 4; unit++) expect(gates[gate * 4 + unit]).toBe(groups[unit]);
  });
});

describe('C9: kernels', () => {
  /** The taps, row by row. */
  const drawn = ({ rows, width, last }: Taps) =>
    Array.from({ length: rows }, (_, row) => 'x'.repeat(row < rows - 1 ? width : last));

  it.each([
    ['3×3', [3, 3], 'A', ['xxx', 'x']],
    ['3×3', [3, 3], 'B', ['xxx', 'xx']],
    ['1×3', [1, 3], 'B', ['xx']],
    ['1×1', [1, 1], 'A', ['']],
    ['1×1', [1, 1], 'B', ['x']],
    ['5×3', [5, 3], 'B', ['xxx', 'xxx', 'xx']],
  ] as const)('keeps of a grey %s kernel of type %s what comes before the pixel', (_, kernel, type, expected) => {
    expect(drawn(causalTaps(kernel, type, 1))).toEqual(expected);
  });

  it('stores only visible taps', () => {
    expect(tapCount(causalTaps([7, 7], 'A', 1))).toBe(24);
    expect(tapCount(causalTaps([7, 7], 'A', 3))).toBe(25);
    expect(tapCount(causalTaps([3, 3], 'B', 1))).toBe(5);
    expect(centreTap(causalTaps([3, 3], 'A', 1))).toBe(-1);
    expect(centreTap(causalTaps([3, 3], 'B', 1))).toBe(4);
  });

  it('applies the colour rule at the centre of an RGB kernel only', () => {
    const mask = tapMask(causalTaps([3, 3], 'A', 3), 'A', [0, 1, 2], [0, 1, 2]);
    expect(mask).toHaveLength(5 * 9);
    const tap = (t: number) => rows(mask.subarray(t * 9, t * 9 + 9), 3);
    expect(tap(3)).toEqual(['111', '111', '111']);
    expect(tap(4)).toEqual(['011', '001', '000']);
  });

  it('rejects even kernels and other masks', () => {
    expect(() => causalTaps([2, 3], 'B', 1)).toThrow(
      'causalTaps: wanted odd kernel sizes, got 2×3 (an even kernel has no centre)',
    );
    expect(() => causalTaps([3, 3], 'C' as 'A', 1)).toThrow('causalTaps: wanted mask A or B, got C');
  });
});
