import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluationBatches, evaluationPart, trainBatches } from './batches.ts';
import { pixelDataset } from './pixel-dataset.ts';

/** Image i of every split is the one pixel i. */
function counting(n: number) {
  const split = { pixels: Uint8Array.from({ length: n }, (_, i) => i) };
  return pixelDataset({
    name: 'counting',
    height: 1,
    width: 1,
    channels: 1,
    sourceLevels: 256,
    splits: { train: split, valid: { pixels: new Uint8Array(0) }, test: split },
    quantize: { binarize: 'none', levels: undefined, seed: undefined },
  });
}

async function take(n: number, size: number, options: Parameters<typeof trainBatches>[1]) {
  const batches = trainBatches(counting(size), options);
  const taken = [];
  for (let i = 0; i < n; i++) {
    const { images, step, epoch } = (await batches.next()).value;
    taken.push({ images: [...images], step, epoch });
  }
  return taken;
}

describe('trainBatches', () => {
  it('gives floor(n / batch) full batches an epoch, no image twice', async () => {
    const batches = await take(6, 11, { batchSize: 3, seed: 1 });
    expect(batches.map(({ step, epoch }) => [step, epoch])).toEqual(
      [0, 1, 2, 3, 4, 5].map((step) => [step, Math.floor(step / 3)]),
    );
    for (const epoch of [0, 1]) {
      const images = batches.filter((batch) => batch.epoch === epoch).flatMap((batch) => batch.images);
      expect(new Set(images).size).toBe(9);
    }
    expect(batches[0].images).not.toEqual(batches[3].images);
  });

  it('goes on from any step as if it had never stopped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20), fc.integer({ min: 1, max: 9 }), fc.integer(), async (startStep, batchSize, seed) => {
        const whole = await take(startStep + 4, 9, { batchSize, seed });
        expect(await take(4, 9, { batchSize, seed, startStep })).toEqual(whole.slice(startStep));
      }),
      { numRuns: 50 },
    );
  });

  it('reads a part of each batch but the first, among zeros', async () => {
    const whole = await take(4, 11, { batchSize: 4, seed: 1 });
    const read: number[] = [];
    const dataset = counting(11);
    const reading: typeof dataset.read = (split, indices, epoch) => {
      read.push(indices.length);
      return dataset.read(split, indices, epoch);
    };
    const batches = trainBatches({ ...dataset, read: reading }, { batchSize: 4, seed: 1, own: { from: 1, to: 3 } });
    for (const { images, step, epoch } of whole) {
      const part = (await batches.next()).value;
      expect(part).toMatchObject({ step, epoch, count: 4 });
      expect([...part.images]).toEqual(step === 0 ? images : [0, images[1], images[2], 0]);
    }
    expect(read).toEqual([4, 2, 2, 2]);
  });

  it('keeps what belongs to the images of a part beside them', async () => {
    const plain = counting(9);
    const dataset: typeof plain = {
      ...plain,
      async read(...args) {
        const batch = await plain.read(...args);
        const labels = Int32Array.from(batch.images, (i) => 100 + i);
        const [vector, map] = [2, 3].map((n) => Float32Array.from(batch.images).map((i) => n * 1000 + i));
        return { ...batch, labels, vector, map };
      },
    };
    const options = { batchSize: 3, seed: 1, startStep: 1 };
    const whole = (await trainBatches(dataset, options).next()).value;
    const part = (await trainBatches(dataset, { ...options, own: { from: 2, to: 3 } }).next()).value;
    for (const key of ['images', 'labels', 'vector', 'map'] as const)
      expect([...part[key]!]).toEqual([0, 0, whole[key]![2]]);
  });

  it('depends on the seed', async () => {
    const [a, b] = [await take(1, 50, { batchSize: 50, seed: 'a' }), await take(1, 50, { batchSize: 50, seed: 'b' })];
    expect(a[0].images).not.toEqual(b[0].images);
    expect([...a[0].images].sort((x, y) => x - y)).toEqual([...b[0].images].sort((x, y) => x - y));
  });

  it.each([
    [{ batchSize: 10, seed: 1 }, 'trainBatches: wanted batches of 10, but counting has 9 training images'],
    [{ batchSize: 0, seed: 1 }, 'trainBatches: batchSize must be an integer ≥ 1, got 0'],
    [{ batchSize: 1, seed: 1, startStep: -1 }, 'trainBatches: startStep must be an integer ≥ 0, got -1'],
    [{ batchSize: 4, seed: 1, own: { from: 4, to: 5 } }, 'own.from must be an integer from 0 to 3, got 4'],
    [{ batchSize: 4, seed: 1, own: { from: 1, to: 1 } }, 'own.to must be an integer from 2 to 4, got 1'],
  ])('refuses %o at once', (options, message) => {
    expect(() => trainBatches(counting(9), options)).toThrow(message);
  });
});

describe('evaluationBatches', () => {
  async function images(n: number, options: Parameters<typeof evaluationBatches>[2]) {
    const found: number[][] = [];
    for await (const batch of evaluationBatches(counting(n), 'test', options)) found.push([...batch.images]);
    return found;
  }

  it('keeps the order and the short last batch', async () => {
    expect(await images(5, { batchSize: 2 })).toEqual([[0, 1], [2, 3], [4]]);
    expect(await images(4, { batchSize: 2, limit: 100 })).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('says which images a batch has', async () => {
    const batches = evaluationBatches(counting(10), 'test', { batchSize: 3, limit: 4 });
    const found = [];
    for await (const { images, indices } of batches) found.push([[...images], [...indices]]);
    expect(found).toEqual([
      [
        [0, 2, 5],
        [0, 2, 5],
      ],
      [[7], [7]],
    ]);
    const whole = [];
    for await (const { indices } of evaluationBatches(counting(10), 'test', { batchSize: 4 })) whole.push(...indices);
    expect(whole).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('spreads a limited number over the split, the same whatever the batch size', async () => {
    expect(await images(10, { batchSize: 2, limit: 4 })).toEqual([
      [0, 2],
      [5, 7],
    ]);
    expect(await images(10, { batchSize: 3, limit: 4 })).toEqual([[0, 2, 5], [7]]);
  });

  it('is shared by processes in runs of batches, some of which may have none', async () => {
    const options = { batchSize: 2, limit: 9 };
    const whole = await images(10, options);
    const parts = (of: number) =>
      Promise.all(Array.from({ length: of }, (_, index) => images(10, { ...options, part: { index, of } })));
    expect(await parts(2)).toEqual([whole.slice(0, 2), whole.slice(2)]);
    for (const of of [1, 4, 8]) expect((await parts(of)).flat()).toEqual(whole);
    expect(evaluationPart(counting(10), 'test', { ...options, part: { index: 1, of: 2 } })).toEqual({
      from: 4,
      to: 9,
      count: 9,
    });
  });

  it('refuses an empty split and a wrong limit', async () => {
    const empty = evaluationBatches(counting(3), 'valid', { batchSize: 1 });
    await expect(empty.next()).rejects.toThrow('evaluationBatches: counting has no valid images');
    await expect(images(3, { batchSize: 1, limit: 0 })).rejects.toThrow('limit must be an integer ≥ 1, got 0');
  });
});
