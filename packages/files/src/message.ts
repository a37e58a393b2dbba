/** The message of anything thrown, on one line. Of this package's files it alone is for browsers, too. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ');
