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

/** Operations of lists, of what remembers an object for later, and of numbers: of one byte, of two, and of four with a sign. */
const [LIST, MARK, APPEND, APPENDS] = [0x5d, 0x28, 0x61, 0x65];
const MEMO: Readonly<Record<number, number>> = { 113: 1, 114: 4, 148: 0 };
const NUMBER: Readonly<Record<number, number>> = { 75: 1, 77: 2, 74: 4 };

/**
 * The list of whole numbers that a pickled dictionary has under a name; undefined if it has none.
 *
 * @throws Error in a few words if it holds something else
 */
export function findPickledNumbers(pickle: Uint8Array, name: string): number[] | undefined {
  const buffer = Buffer.from(pickle.buffer, pickle.byteOffset, pickle.length);
  const afterMemo = (at: number) => (buffer[at] in MEMO ? at + 1 + MEMO[buffer[at]] : at);
  for (let key = buffer.indexOf(name); key >= 0; key = buffer.indexOf(name, key + 1)) {
    const list = afterMemo(key + name.length);
    if (buffer[list] === LIST) return numbersAt(buffer, afterMemo(list + 1), name);
  }
  return undefined;
}

/** They come one by one, or many after a mark, and so on. */
function numbersAt(buffer: Buffer, start: number, name: string): number[] {
  const numbers: number[] = [];
  let at = start;
  while (buffer[at] === MARK || buffer[at] in NUMBER) {
    if (buffer[at] === MARK) at++;
    for (; buffer[at] in NUMBER; at += 1 + NUMBER[buffer[at]]) numbers.push(numberAt(buffer, at));
    if (buffer[at] !== APPENDS && buffer[at] !== APPEND) throw new Error(`${name} that are no whole numbers`);
    at++;
  }
  return numbers;
}

function numberAt(buffer: Buffer, at: number): number {
  const width = NUMBER[buffer[at]];
  return width === 4 ? buffer.readInt32LE(at + 1) : buffer.readUIntLE(at + 1, width);
}
