/** Ranks that cannot work together, or do not. The message is one line that says what was wanted and what was found. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
}
