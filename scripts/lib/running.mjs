import { readdirSync, readFileSync } from 'node:fs';

/** The numbers of the processes that run, of Linux, whose command line (the program and its arguments) is what is asked for. */
export const running = (/** @type {(words: string[]) => boolean} */ isWanted) =>
  readdirSync('/proc')
    .filter((id) => /^\d+$/.test(id) && isWanted(commandOf(id)))
    .map(Number);

function commandOf(/** @type {string} */ id) {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // ended meanwhile
  }
}
