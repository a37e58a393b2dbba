import { isOfKind, listen, type MessageEnd, type WorkReply, type WorkRequest } from './messages.ts';

export interface Served {
  /** Tells whoever asked how far it is. */
  readonly onDone: (done: number) => void;
  /** Aborted, when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/**
 * Does one kind of work for the program that a worker was started by (`askWorker`).
 * @param end where the requests come from
 */
export function serveWork<Work, Result>(
  kind: string,
  end: MessageEnd,
  serve: (work: Work, served: Served) => Promise<Result>,
): void {
  const underWay = new Map<number, AbortController>();
  listen(end, 'message', async (message) => {
    if (!isOfKind(message, kind)) return;
    const request = message as WorkRequest<Work>;
    const { id } = request;
    if ('cancelled' in request) return underWay.get(id)?.abort();
    const reply = (part: { done: number } | { error: string } | { result: Result }) =>
      end.postMessage({ kind, id, ...part } satisfies WorkReply<Result>);
    const controller = new AbortController();
    underWay.set(id, controller);
    try {
      reply({ result: await serve(request.work, { onDone: (done) => reply({ done }), signal: controller.signal }) });
    } catch (error) {
      reply({ error: error instanceof Error ? error.message : String(error) });
    } finally {
      underWay.delete(id);
    }
  });
}
