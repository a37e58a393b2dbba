import type { RunControl } from './callback.ts';

/** How a run may end before its length is reached: by the caller's signal, by a callback's word, or by a callback's error. */
export interface Ending {
  /** Given to callbacks. */
  readonly control: RunControl;
  /** The same as the caller's, and aborted by an error. */
  readonly signal: AbortSignal;
  /** Ends the run as an interrupt does; the first error counts. */
  fail(error: unknown): void;
  failure(): { readonly error: unknown } | undefined;
  /** The reason of a callback that has ended the run in good order; the first counts. */
  stopped(): string | undefined;
  shouldStop(): boolean;
}

/**
 * See {@link Ending}.
 * @param stopped the reason of a run that has been stopped already
 */
export function ending(caller?: AbortSignal, stopped?: string): Ending {
  const own = new AbortController();
  const signal = AbortSignal.any([own.signal, ...(caller ? [caller] : [])]);
  let reason = stopped;
  let failure: { readonly error: unknown } | undefined;
  return {
    control: {
      signal,
      stop: (why) => {
        reason ??= why;
      },
    },
    signal,
    fail: (error) => {
      failure ??= { error };
      own.abort(error);
    },
    failure: () => failure,
    stopped: () => reason,
    shouldStop: () => signal.aborted || reason !== undefined,
  };
}
