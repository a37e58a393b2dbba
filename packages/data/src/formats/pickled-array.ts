/** Operations of Python's pickle format that hold bytes after a length of four: of protocol 3 and later, and of Python 2. */
const [BYTES, STRING] = [0x42, 0x54];
/** How far behind its name the values of an array begin: its type and its sizes stand between. */
const NEAR = 1024;

/**
 * The values of the array that a pickled dictionary has under a name. Nothing is executed: only its bytes are looked for.
 *
 * @param record of whose length theirs is a multiple
 * @throws Error in a few words if there is none
 */
export function findPickledArray(pickle: Uint8Array, name: string, record: number): Uint8Array {
  const buffer = Buffer.from(pickle.buffer, pickle.byteOffset, pickle.length);
  for (let key = buffer.indexOf(name); key >= 0; key = buffer.indexOf(name, key + 1)) {
    for (let at = key; at < Math.min(key + NEAR, buffer.length - 5); at++) {
      if (buffer[at] !== BYTES && buffer[at] !== STRING) continue;
      const length = buffer.readUInt32LE(at + 1);
      if (length > 0 && length % record === 0 && at + 5 + length <= buffer.length)
        return buffer.subarray(at + 5, at + 5 + length);
    }
  }
  throw new Error(`no array ${name} of records of ${record} bytes`);
}
