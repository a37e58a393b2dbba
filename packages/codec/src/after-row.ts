/** Tells the progress after a row, lets a page repaint and Ctrl-C through, and ends where the caller has had enough. */
export async function afterRow(tell: () => void, signal: AbortSignal | undefined): Promise<void> {
  tell();
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}
