import type { MessageEnd } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';
import { expect, it } from 'vitest';
import {
  CodecError,
  compress,
  decoded,
  decompress,
  type EncodedPart,
  type LevelImage,
  readArchive,
  readImage,
  serveCoding,
  type Trained,
} from '../src/index.ts';
import { GREY, PIXEL_CNN, randomImages, trained } from './trained.fixture.ts';

/** As many workers, each at the other end of a channel in this thread: what they are told and answer is cloned as between threads. */
async function withWorkers<T>(count: number, use: (workers: MessageEnd[]) => Promise<T>): Promise<T> {
  const channels = Array.from({ length: count }, () => new MessageChannel());
  for (const { port2 } of channels) serveCoding(createModel, port2 as unknown as MessageEnd);
  try {
    return await use(channels.map(({ port1 }) => port1 as unknown as MessageEnd));
  } finally {
    for (const { port1 } of channels) port1.close();
  }
}

/** Blocks of several images, and images in strips. */
const mixed = (): LevelImage[] => [
  ...randomImages(5, { ...GREY, height: 4 }),
  ...randomImages(1, { ...GREY, height: 11 }, 5),
  ...randomImages(1, { ...GREY, height: 3 }, 6),
  ...randomImages(1, { ...GREY, height: 8 }, 7),
];
const OPTIONS = { block: 2, rows: 4, maps: true };
const levelsOf = (images: readonly LevelImage[]) => images.map(({ levels }) => Array.from(levels));

it('gives the same bytes, costs and images whatever the number of workers', async () => {
  const by = await trained(PIXEL_CNN, GREY);
  const images = mixed();
  const alone = await compress(by.model, by.weights, images, OPTIONS);
  expect(readArchive(alone.bytes).blocks.map(({ streams }) => streams.length)).toEqual([1, 1, 1, 3, 1, 2]);
  for (const count of [1, 2, 3, 8])
    await withWorkers(count, async (workers) => {
      expect(await compress(by.model, by.weights, images, { ...OPTIONS, workers })).toEqual(alone);
      const back = await decompress(alone.bytes, () => by, { workers });
      expect(levelsOf(back)).toEqual(levelsOf(images));
      expect(Array.from((await readImage(alone.bytes, 5, () => by, { workers })).levels)).toEqual(
        Array.from(images[5].levels),
      );
    });
});

it('leaves images of a class whole, since their class stands in their first strip', async () => {
  const by = await trained({ system: 'gatedPixelCnn', layers: 1, channels: 4, head: 4, classes: 3 }, GREY);
  const images = randomImages(1, { ...GREY, height: 8 }).map((image) => ({ ...image, label: 2 }));
  const alone = await compress(by.model, by.weights, images, { rows: 4 });
  await withWorkers(2, async (workers) => {
    expect(await compress(by.model, by.weights, images, { rows: 4, workers })).toEqual(alone);
    expect((await decompress(alone.bytes, () => by, { workers }))[0].label).toBe(2);
  });
});

it.each([1, 2, 3, 9])('gives the same bytes on %i processes that share the parts', async (size) => {
  const by = await trained(PIXEL_CNN, GREY);
  const images = mixed();
  const alone = await compress(by.model, by.weights, images, OPTIONS);
  const own: Promise<readonly EncodedPart[]>[] = [];
  const gather = async (codeOwn: () => Promise<readonly EncodedPart[]>) => {
    own.push(codeOwn());
    while (own.length < size) await new Promise((resolve) => setTimeout(resolve));
    return (await Promise.all(own)).flat();
  };
  const ranks = Array.from({ length: size }, (_, rank) =>
    compress(by.model, by.weights, images, { ...OPTIONS, share: { rank, size, gather } }),
  );
  for (const compressed of await Promise.all(ranks)) expect(compressed).toEqual(alone);
});

it('tells the progress of all workers as one', async () => {
  const by = await trained(PIXEL_CNN, GREY);
  const told: number[][] = [];
  const images = mixed();
  const pixels = images.reduce((sum, { height, width }) => sum + height * width, 0);
  await withWorkers(2, async (workers) => {
    const onProgress = (...progress: [number, number]) => void told.push(progress);
    const { bytes } = await compress(by.model, by.weights, images, { ...OPTIONS, workers, onProgress });
    expect(told.at(-1)).toEqual([pixels, pixels]);
    expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).sort((a, b) => a - b));
    told.length = 0;
    await decompress(bytes, () => by, { workers, onProgress });
    expect(told.at(-1)).toEqual([pixels, pixels]);
  });
});

it('refuses the archive of another hand as one thread does, and no workers at all', async () => {
  const by = await trained(PIXEL_CNN, GREY);
  const other: Trained = { ...by, model: createModel({ ...by.model.config, head: 5 }) };
  const images = randomImages(2, GREY);
  const { bytes } = await compress(by.model, by.weights, images);
  await withWorkers(1, async (workers) => {
    await expect(decompress(bytes, () => other, { workers })).rejects.toThrow(CodecError);
    await expect(compress(by.model, by.weights, images, { workers: [] })).rejects.toThrow(
      'codec: wanted at least one of workers, got none',
    );
    // The model and weights are right, the streams are those of nobody: only who decodes them can see it.
    const archive = readArchive(bytes);
    const damaged = { ...archive, blocks: [{ ...archive.blocks[0], streams: [new Uint8Array(1)] }] };
    const read = async () => {
      for await (const _ of decoded(damaged, () => by, { workers }));
    };
    await expect(read()).rejects.toThrow(CodecError);
  });
});

it('stops where it is told to, and lets the worker know', async () => {
  const by = await trained(PIXEL_CNN, GREY);
  const images = randomImages(1, { ...GREY, height: 64 });
  await withWorkers(1, async (workers) => {
    const controller = new AbortController();
    const sent: unknown[] = [];
    const [worker] = workers as unknown as MessagePort[];
    const heard = {
      on: (worker as unknown as MessageEnd).on!.bind(worker),
      off: (worker as unknown as MessageEnd).off!.bind(worker),
      postMessage: (message: unknown) => {
        sent.push(message);
        worker.postMessage(message);
      },
    };
    const stopped = compress(by.model, by.weights, images, {
      workers: [heard],
      signal: controller.signal,
      onProgress: (done) => done > 8 && controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(sent.at(-1)).toMatchObject({ kind: 'pixelrnn-code', cancelled: true });
    await expect(
      compress(by.model, by.weights, images, { workers, signal: AbortSignal.abort(new Error('too late')) }),
    ).rejects.toThrow('too late');
    // The worker is free again.
    expect((await compress(by.model, by.weights, randomImages(1, GREY), { workers })).bytes.length).toBeGreaterThan(0);
  });
});
