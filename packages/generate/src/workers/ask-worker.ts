import { isOfKind, listen, type MessageEnd, type WorkReply, type WorkRequest } from './messages.ts';

export interface AskOptions {
  /** Who asks, and what is wanted: the beginning of an error's message. */
  readonly wanted: string;
  /** Told how far the worker is. What it throws ends the work. */
  readonly onDone?: (done: number) => void;
  /** Rejects with its reason, and lets the worker know. */
  readonly signal?: AbortSignal;
}

/** The id of a thread of Node that has ended, and says nothing any more. */
const ENDED = -1;

let requests = 0;

/**
 * Asks a worker for a work of some kind, which `serveWork` does there.
 * @throws if the worker cannot do it, or ends
 */
export function askWorker<Work, Result>(
  worker: MessageEnd,
  kind: string,
  work: Work,
  { wanted, onDone, signal }: AskOptions,
): Promise<Result> {
  const id = requests++;
  const send = (message: { readonly work: Work } | { readonly cancelled: true }) =>
    worker.postMessage({ kind, id, ...message } satisfies WorkRequest<Work>);
  return new Promise((resolve, reject) => {
    const fail = (why: string) => settle(() => reject(new Error(`${wanted} from a worker, got: ${why}`)));
    const cancel = (reason: unknown) => {
      send({ cancelled: true });
      settle(() => reject(reason));
    };
    const abort = () => cancel(signal!.reason);
    const tell = (done: number) => {
      try {
        onDone?.(done);
      } catch (error) {
        cancel(error);
      }
    };
    const endings = [
      listen(worker, 'message', (message) => {
        if (!isOfKind(message, kind) || message.id !== id) return;
        const reply = message as WorkReply<Result>;
        if ('done' in reply) tell(reply.done);
        else if ('error' in reply) fail(reply.error);
        else settle(() => resolve(reply.result));
      }),
      listen(worker, 'error', (error) => fail((error as Error).message ?? 'its file does not load')),
      listen(worker, 'exit', (code) => fail(`the worker ended with exit code ${code}`)),
      () => signal?.removeEventListener('abort', abort),
    ];
    const settle = (end: () => void) => {
      for (const stop of endings) stop();
      end();
    };
    if ((worker as { readonly threadId?: number }).threadId === ENDED) return fail('the worker has ended before');
    if (signal?.aborted) return settle(() => reject(signal.reason));
    signal?.addEventListener('abort', abort);
    try {
      send({ work });
    } catch (error) {
      fail((error as Error).message);
    }
  });
}
