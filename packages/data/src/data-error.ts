/**
 * A data set that cannot be read, fetched or understood. The message is one line that names the file, what was wanted
 * and what was found, so a command line can print it as it stands.
 */
export class DataError extends Error {
  override readonly name = 'DataError';
}
