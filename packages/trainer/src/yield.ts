/** How long the host may be kept waiting: a frame of a browser. */
const PATIENCE_MS = 16;

/**
 * Lets the host handle its events (signals, timers, painting) if it has waited for more than a frame. Awaiting a result that is
 * already there does not: on `cpu` and `wasm` a training loop would otherwise never see Ctrl-C.
 */
export function hostYielder(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < PATIENCE_MS) return;
    await new Promise<void>((resolve) =>
      typeof setImmediate === 'function' ? setImmediate(resolve) : setTimeout(resolve, 0),
    );
    last = performance.now();
  };
}
