import { expect, it } from 'vitest';
import { type MessageEnd, sample, sampleNaive, serveSampling } from '../src/index.ts';
import { slicesOf } from '../src/workers/sample-in-workers.ts';
import { prefixSumModel } from './prefix-sum-model.ts';

const image = { height: 3, width: 4, channels: 3, levels: 3 };
const model = prefixSumModel(image);

/** As many workers, each at the other end of a channel in this thread: what they are told and answer is cloned as between threads. */
async function withWorkers<T>(
  count: number,
  use: (workers: MessageEnd[]) => Promise<T>,
  serve = (end: MessageEnd) => serveSampling(() => prefixSumModel(image), end),
): Promise<T> {
  const channels = Array.from({ length: count }, () => new MessageChannel());
  for (const { port2 } of channels) serve(port2 as unknown as MessageEnd);
  try {
    return await use(channels.map(({ port1 }) => port1 as unknown as MessageEnd));
  } finally {
    for (const { port1 } of channels) port1.close();
  }
}

it('draws the same bits whatever the number of workers and the batch', async () => {
  const options = { count: 5, seed: 7, temperature: 0.8 };
  const alone = await sample(model, {}, options);
  for (const count of [1, 2, 3, 7])
    for (const batch of [1, 16])
      expect(await withWorkers(count, (workers) => sample(model, {}, { ...options, batch, workers }))).toEqual(alone);
});

it('draws those of other numbers where they are asked for', async () => {
  const options = { seed: 7, temperature: 0.8 };
  const { images, nats } = await sample(model, {}, { ...options, count: 5 });
  const size = images.length / 5;
  for (const draw of [
    () => sample(model, {}, { ...options, first: 2, count: 3 }),
    () => withWorkers(2, (workers) => sample(model, {}, { ...options, first: 2, count: 3, workers })),
  ]) {
    const part = await draw();
    expect(part.images).toEqual(images.subarray(2 * size));
    expect(part.nats).toEqual(nats.subarray(2));
  }
  await expect(sample(model, {}, { ...options, first: -1, count: 1 })).rejects.toThrow(
    'sample: wanted a first image of 0 or more, got -1',
  );
});

it('hands each worker what is known of its images, and which numbers they share', async () => {
  const { images } = await sample(model, {}, { count: 3, seed: 1 });
  const known = { images, pixels: 5 };
  for (const options of [
    { count: 3, seed: 2, known },
    { count: 3, seed: 2, vary: ['pixels'] },
  ]) {
    const wanted = await sample(model, {}, options);
    expect(await withWorkers(2, (workers) => sample(model, {}, { ...options, workers }))).toEqual(wanted);
  }
});

it('tells the progress of all workers together', async () => {
  const told: number[][] = [];
  const onProgress = (...progress: [number, number]) => void told.push(progress);
  await withWorkers(2, (workers) => sample(model, {}, { count: 4, seed: 1, workers, onProgress }));
  expect(told.at(-1)).toEqual([48, 48]);
  expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).sort((a, b) => a - b));
});

it('several calls share a worker, which may have other messages', async () => {
  await withWorkers(1, async (workers) => {
    workers[0].postMessage('something else');
    const both = await Promise.all([1, 2].map((seed) => sample(model, {}, { count: 2, seed, workers })));
    for (const [i, drawn] of both.entries()) expect(drawn).toEqual(await sample(model, {}, { count: 2, seed: i + 1 }));
  });
});

it('says what a worker could not do', async () => {
  const unknown = (end: MessageEnd) =>
    serveSampling(() => {
      throw new Error('createModel: no system "mine"');
    }, end);
  await expect(withWorkers(1, (workers) => sample(model, {}, { count: 1, seed: 1, workers }), unknown)).rejects.toThrow(
    'sample: wanted images from a worker, got: createModel: no system "mine"',
  );
  const dead: MessageEnd = {
    postMessage: () => {},
    off: () => {},
    on: (event, hear) => event === 'exit' && setTimeout(() => hear(3)),
  };
  const ended = { ...dead, threadId: -1 } as MessageEnd;
  await expect(sample(model, {}, { count: 1, seed: 1, workers: [ended] })).rejects.toThrow(
    'sample: wanted images from a worker, got: the worker has ended before',
  );
  await expect(
    sampleNaive(model, async () => new Float32Array(0), { count: 1, seed: 1, workers: [dead] }),
  ).rejects.toThrow('sampleNaive: wanted no workers, which draw with caches');
  await expect(sample(model, {}, { count: 1, seed: 1, workers: [dead] })).rejects.toThrow(
    'sample: wanted images from a worker, got: the worker ended with exit code 3',
  );
});

it('hears workers of browsers, whose events carry their messages', async () => {
  const ofBrowsers = ({ postMessage, addEventListener, removeEventListener, start }: MessagePort, own: MessagePort) => {
    start.call(own);
    return {
      postMessage: postMessage.bind(own),
      addEventListener: addEventListener.bind(own),
      removeEventListener: removeEventListener.bind(own),
    } as MessageEnd;
  };
  const { port1, port2 } = new MessageChannel();
  serveSampling(() => prefixSumModel(image), ofBrowsers(port2, port2));
  const drawn = await sample(model, {}, { count: 2, seed: 1, workers: [ofBrowsers(port1, port1)] });
  expect(drawn).toEqual(await sample(model, {}, { count: 2, seed: 1 }));
  port1.close();
});

it('cuts into slices of nearly equal size', () => {
  expect(slicesOf(5, 2)).toEqual([
    { first: 0, count: 2 },
    { first: 2, count: 3 },
  ]);
  expect(slicesOf(2, 3).map(({ count }) => count)).toEqual([1, 1]);
});
