import { describe, expect, it } from 'vitest';
import { leaves, mapTree, treeFrom } from './tree.ts';

const tree = { stem: { weights: 1, bias: 2 }, head: { out: { weights: 3 } } };

describe('tree', () => {
  it('lists leaves by path in insertion order', () => {
    expect(leaves(tree)).toEqual([
      ['stem/weights', 1],
      ['stem/bias', 2],
      ['head/out/weights', 3],
    ]);
  });

  it('maps leaves and keeps the shape', () => {
    expect(mapTree(tree, (leaf, path) => `${path}=${leaf}`)).toEqual({
      stem: { weights: 'stem/weights=1', bias: 'stem/bias=2' },
      head: { out: { weights: 'head/out/weights=3' } },
    });
  });

  it('takes typed arrays as leaves', () => {
    expect(leaves({ a: new Float32Array(2) })).toHaveLength(1);
  });

  it('rebuilds a tree from paths and names what does not fit', () => {
    const paths = new Map(leaves(tree));
    expect(treeFrom(tree, paths)).toEqual(tree);
    expect(() => treeFrom(tree, new Map([['stem/weights', 1]]))).toThrow(
      'missing stem/bias, head/out/weights (2 in all)',
    );
    expect(() => treeFrom(tree, new Map([...paths, ['tail', 4]]))).toThrow('unknown tail');
  });
});
