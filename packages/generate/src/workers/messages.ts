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

/** What a message is of: a worker may do several kinds of work, for several callers at once, and have other messages. */
interface Addressed {
  readonly kind: string;
  readonly id: number;
}

/** What a worker is asked, or that nobody waits for it any more. */
export type WorkRequest<Work> = Addressed & ({ readonly work: Work } | { readonly cancelled: true });

/** What a worker says of a request: how far it is, what came of it, or what went wrong. */
export type WorkReply<Result> = Addressed &
  ({ readonly done: number } | { readonly result: Result } | { readonly error: string });

/** Whether a message is of a kind of work. */
export const isOfKind = (message: unknown, kind: string): message is Addressed =>
  (message as { kind?: unknown } | null)?.kind === kind;

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
