/** A setup that cannot go on for a reason the user can do something about. The message is one line that says what to do. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
