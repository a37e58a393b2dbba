import type { GenerativeModel, JsonObject } from '@pixelrnn/core';
import { samplePart } from '../sample.ts';
import { isSampling, listen, type MessageEnd, type SampleReply, type SampleRequest } from './messages.ts';

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
  listen(end, 'message', async (message) => {
    if (!isSampling(message)) return;
    const { kind, id, config, weights, plan } = message as SampleRequest;
    const reply = (part: { done: number } | { error: string } | { samples: unknown }) =>
      end.postMessage({ kind, id, ...part } as SampleReply);
    try {
      const onProgress = (done: number) => reply({ done });
      const { images, nats, isExact } = await samplePart(createModel(config), weights, { ...plan, onProgress });
      reply({ samples: { images, nats, isExact } });
    } catch (error) {
      reply({ error: error instanceof Error ? error.message : String(error) });
    }
  });
}
