import type { GenerativeModel, JsonObject } from '@pixelrnn/core';
import { type MessageEnd, serveWork } from '@pixelrnn/generate';
import { afterRow } from './after-row.ts';
import { decodePart, encodePart } from './code-part.ts';
import { CodecError } from './codec-error.ts';
import { CODING, type CodingResult, type CodingWork } from './coding-work.ts';

/**
 * Codes images for the program that a worker was started by, as `serveSampling` of `@pixelrnn/generate` draws them: a worker's file may call both.
 *
 * @param createModel builds a model from its config
 * @param end where the requests come from: in Node `parentPort` of `node:worker_threads`, in browsers the scope of the worker
 */
export function serveCoding(
  createModel: (config: JsonObject) => GenerativeModel,
  end: MessageEnd = globalThis as unknown as MessageEnd,
): void {
  serveWork<CodingWork, CodingResult>(CODING, end, async (work, { onDone, signal }) => {
    const { config, weights, part, given, wantsMap = false, streams = [] } = work;
    const trained = { model: createModel(config), weights };
    const onPixels = (done: number) => afterRow(() => onDone(done), signal);
    if (given) return { encoded: await encodePart(trained, part, given, wantsMap, onPixels) };
    try {
      return { decoded: await decodePart(trained, part, streams, onPixels) };
    } catch (error) {
      if (error instanceof CodecError) return { damage: error.message };
      throw error;
    }
  });
}
