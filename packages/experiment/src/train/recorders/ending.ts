import type { RunControl } from './callback.ts';

/** What has ended a run. */
export interface Failure {
  readonly error: unknown;
  /** Whose it is, where that is not the run itself. */
  readonly of?: 'a callback';
}

/** How a run may end before its length is reached: by the caller's signal, by a callback's word, or by an error. */
export interface Ending {
  /** Given to callbacks. */
  readonly control: RunControl;
  /** The same as the caller's, and aborted by an error. */
  readonly signal: AbortSignal;
  /** Ends the run as an interrupt does; the first error counts. */
  fail(failure: Failure): void;
  failure(): Failure | undefined;
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
  let failure: Failure | undefined;
  return {
    control: {
      signal,
      stop: (why) => {
        reason ??= why;
      },
    },
    signal,
    fail: (first) => {
      failure ??= first;
      own.abort(first.error);
    },
    failure: () => failure,
    stopped: () => reason,
    shouldStop: () => signal.aborted || reason !== undefined,
  };
}
