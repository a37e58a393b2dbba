import { dimensions, type GenerativeModel, type Host, type Params, sliceContext } from '@pixelrnn/core';
import { sliceKnown } from '../known.ts';
import type { SamplePlan, Samples } from '../sample-options.ts';
import { isSampling, listen, type MessageEnd, type SampleReply, type SampleRequest } from './messages.ts';

let requests = 0;

/**
 * Draws images in workers, a fixed slice in each. An image is a function of the seed and its own number, so the slices together have the bits that
 * one thread gives them.
 * @throws if a worker cannot build the model, or ends
 */
export async function sampleInWorkers(
  model: GenerativeModel,
  weights: Host<Params>,
  { onProgress, workers = [], ...plan }: SamplePlan,
): Promise<Samples> {
  const { image, config } = model;
  const [size, total] = [dimensions(image), plan.count * image.height * image.width];
  const done = workers.map(() => 0);
  const tell = (worker: number, pixels: number) => {
    done[worker] = pixels;
    onProgress?.(
      done.reduce((a, b) => a + b),
      total,
    );
  };
  const slices = slicesOf(plan.count, workers.length);
  const parts = await Promise.all(
    slices.map(({ first, count }, i) => {
      const own = {
        ...plan,
        count,
        first: plan.first + first,
        context: sliceContext(plan.context, plan.count, first, count),
        known: plan.known && sliceKnown(plan.known, plan.count, first, count),
      };
      const id = requests++;
      return ask(workers[i], { kind: 'pixelrnn-sample', id, config, weights, plan: own }, (pixels) => tell(i, pixels));
    }),
  );
  const [images, nats] = [new Float32Array(plan.count * size), new Float64Array(plan.count)];
  parts.forEach((part, i) => {
    images.set(part.images, slices[i].first * size);
    nats.set(part.nats, slices[i].first);
  });
  return { images, image, nats, isExact: parts.every(({ isExact }) => isExact) };
}

/** Cuts `count` images into at most `parts` slices of nearly equal size, none of them empty. */
export function slicesOf(count: number, parts: number): { readonly first: number; readonly count: number }[] {
  const bounds = Array.from({ length: parts + 1 }, (_, i) => Math.floor((i * count) / parts));
  return bounds
    .slice(1)
    .map((end, i) => ({ first: bounds[i], count: end - bounds[i] }))
    .filter((slice) => slice.count > 0);
}

/** The id of a thread of Node that has ended, and says nothing any more. */
const ENDED = -1;

/** Sends a request, and waits for its images. */
function ask(
  worker: MessageEnd,
  request: SampleRequest,
  onDone: (pixels: number) => void,
): Promise<Omit<Samples, 'image'>> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => settle(() => reject(new Error(`sample: wanted images from a worker, got: ${why}`)));
    const endings = [
      listen(worker, 'message', (message) => {
        if (!isSampling(message) || message.id !== request.id) return;
        const reply = message as SampleReply;
        if ('done' in reply) onDone(reply.done);
        else if ('error' in reply) fail(reply.error);
        else settle(() => resolve(reply.samples));
      }),
      listen(worker, 'error', (error) => fail((error as Error).message)),
      listen(worker, 'exit', (code) => fail(`the worker ended with exit code ${code}`)),
    ];
    const settle = (end: () => void) => {
      for (const stop of endings) stop();
      end();
    };
    if ((worker as { readonly threadId?: number }).threadId === ENDED) return fail('the worker has ended before');
    try {
      worker.postMessage(request);
    } catch (error) {
      fail((error as Error).message);
    }
  });
}
