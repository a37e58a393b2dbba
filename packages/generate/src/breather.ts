/** Milliseconds of work after which others get their turn: less than a frame of a page. */
const TURN_MS = 12;

/** What a long computation awaits now and then: lets a page repaint, and Ctrl-C through, if that was a while ago. */
export function breather(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < TURN_MS) return;
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  };
}
