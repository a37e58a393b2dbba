/**
 * A data set that cannot be read, fetched or understood. The message is one line that names the file, what was wanted
 * and what was found, so a command line can print it as it stands.
 */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** An option of a data set that is not known, or of a value that is none for it: the data may be whole. */
export class DataOptionError extends DataError {
  constructor(
    message: string,
    /** Its name. */
    readonly option: string,
  ) {
    super(message);
  }
}
