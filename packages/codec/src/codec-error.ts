/**
 * An archive that is damaged, of another format, or of another model, or images that there is no memory for. The message is one line: what was wanted
 * and what was found.
 */
export class CodecError extends Error {
  override readonly name = 'CodecError';
}
