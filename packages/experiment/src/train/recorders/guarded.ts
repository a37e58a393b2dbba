import type { JsonObject } from '@pixelrnn/core';
import { ExperimentError } from '../../experiment-error.ts';
import { RUN_EVENTS, type RunCallback, type RunControl } from './callback.ts';
import type { Failure } from './ending.ts';

/**
 * A callback of the user, whose errors go to `fail` instead of through the run; after the first it is not called again.
 * @throws ExperimentError if it has a state and no name to keep it under
 */
export function guarded(callback: RunCallback, fail: (failure: Failure) => void): RunCallback {
  if (callback.state && callback.name === undefined)
    throw new ExperimentError('trainRun: wanted a name of the callback that has a state, got none');
  let failed = false;
  const failing = (error: unknown) => {
    failed = true;
    fail({ error, of: 'a callback' });
  };
  const guard =
    (body: (event: never, run: RunControl) => void | Promise<void>) => async (event: never, run: RunControl) => {
      try {
        if (!failed) await body.call(callback, event, run);
      } catch (error) {
        failing(error);
      }
    };
  return {
    name: callback.name,
    ...Object.fromEntries(RUN_EVENTS.flatMap((name) => (callback[name] ? [[name, guard(callback[name])]] : []))),
    ...(callback.state && { state: () => stateOf(callback, failing) }),
    restore: callback.restore?.bind(callback),
  };
}

function stateOf(callback: RunCallback, failing: (error: unknown) => void): JsonObject | undefined {
  try {
    return callback.state?.();
  } catch (error) {
    failing(error);
    return undefined;
  }
}
