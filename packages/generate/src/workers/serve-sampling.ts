import type { GenerativeModel, JsonObject } from '@pixelrnn/core';
import { samplePart } from '../sample.ts';
import type { MessageEnd } from './messages.ts';
import { type Drawn, SAMPLING, type SamplingWork } from './sample-in-workers.ts';
import { serveWork } from './serve-work.ts';

/**
 * Draws images for the program that a worker was started by; it is all that a worker's file does:
 *
 *   import { serveSampling } from '@pixelrnn/generate';
 *   import { createModel } from '@pixelrnn/models';
 *   serveSampling(createModel);
 *
 * Layers, likelihoods and systems of your own are imported there, too, so that `createModel` knows them.
 *
 * @param createModel builds a model from its config
 * @param end where the requests come from: in Node `parentPort` of `node:worker_threads`, in browsers the scope of the worker
 */
export function serveSampling(
  createModel: (config: JsonObject) => GenerativeModel,
  end: MessageEnd = globalThis as unknown as MessageEnd,
): void {
  serveWork<SamplingWork, Drawn>(SAMPLING, end, async ({ config, weights, plan }, { onDone }) => {
    const { images, nats, isExact } = await samplePart(createModel(config), weights, { ...plan, onProgress: onDone });
    return { images, nats, isExact };
  });
}
