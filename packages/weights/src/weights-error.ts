/** A file of weights that is missing, damaged, or of another model. The message is one line: what was wanted and what was found. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
}
