import { describe, expect, it } from 'vitest';
import { binarizedMnist } from './binarized-mnist.ts';

const rows = (...ones: number[]) =>
  new TextEncoder().encode(
    ones.map((one) => Array.from({ length: 784 }, (_, i) => (i === one ? '1' : '0')).join(' ')).join('\n'),
  );

describe('binarizedMnist', () => {
  const files = { train: rows(0, 1, 2), valid: rows(3), test: rows(783, 28) };

  it('takes the three files as the three splits', async () => {
    const dataset = binarizedMnist(files);
    expect(dataset.config).toEqual({
      name: 'binarized-mnist',
      binarize: 'fixed',
      levels: 2,
      splits: { train: 3, valid: 1, test: 2 },
    });
    const { images, labels, count } = await dataset.read('test', [1, 0], 5);
    expect([labels, count]).toEqual([undefined, 2]);
    expect([...images.keys()].filter((i) => images[i] === 1)).toEqual([28, 784 + 783]);
  });

  it('has nothing to choose, and names a file that is wrong', () => {
    expect(() => binarizedMnist(files, { binarize: 'threshold' } as object)).toThrow('unknown option "binarize"');
    expect(() => binarizedMnist({ ...files, test: undefined as never })).toThrow(
      'binarized-mnist: wanted test as Uint8Array, got undefined',
    );
    expect(() => binarizedMnist({ ...files, valid: files.valid.subarray(2) })).toThrow(
      'binarized_mnist_valid.amat: wanted 784 bits in row 0, found 783',
    );
  });
});
