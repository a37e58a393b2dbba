import type { Host, JsonObject, Params } from '@pixelrnn/core';
import type { SamplePlan, Samples } from '../sample-options.ts';

/**
 * One end of a line between a program and its worker, in browsers and in Node alike: a `Worker`, or inside of one the global scope, in Node
 * `parentPort` of `node:worker_threads`.
 */
export interface MessageEnd {
  postMessage(message: unknown): void;
  // biome-ignore lint/suspicious/noExplicitAny: events of Node and of browsers have no type in common.
  on?(event: string, listener: (value: any) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  off?(event: string, listener: (value: any) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  addEventListener?(event: string, listener: (event: any) => void): void;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  removeEventListener?(event: string, listener: (event: any) => void): void;
}

/** A slice of the images of a call, to be drawn. */
export interface SampleRequest {
  readonly kind: 'pixelrnn-sample';
  /** Told with every reply. */
  readonly id: number;
  readonly config: JsonObject;
  readonly weights: Host<Params>;
  readonly plan: Omit<SamplePlan, 'onProgress' | 'workers'>;
}

/** What a worker says of a request: pixels done, images at the end, or what went wrong. */
export type SampleReply = { readonly kind: 'pixelrnn-sample'; readonly id: number } & (
  | { readonly done: number }
  | { readonly samples: Omit<Samples, 'image'> }
  | { readonly error: string }
);

/** Whether a message is one of these: a worker may have others. */
export const isSampling = (message: unknown): message is { readonly kind: string; readonly id: number } =>
  (message as { kind?: unknown } | null)?.kind === 'pixelrnn-sample';

/** Hears an event with what it carries, as Node tells it. @returns what ends that */
export function listen(end: MessageEnd, event: string, hear: (value: unknown) => void): () => void {
  if (end.on) {
    end.on(event, hear);
    return () => end.off!(event, hear);
  }
  const unpack = (own: { readonly data?: unknown; readonly message?: unknown }) => hear(own.data ?? own);
  end.addEventListener!(event, unpack);
  return () => end.removeEventListener!(event, unpack);
}
