/** Ids of sections, kinds of imports and bits of limits (WebAssembly core specification, 5.3.7, 5.5.2 and 5.5.5; threads proposal for `SHARED`). */
const SECTION = { imports: 2, memory: 5 } as const;
const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;
const HAS_MAXIMUM = 1;
const SHARED = 2;

const HEADER_BYTES = 8;

/** Whether memories can be shared with workers here: always in Node, in browsers on pages that are isolated from other origins. */
export const canShareMemory = (): boolean =>
  typeof SharedArrayBuffer !== 'undefined' &&
  (globalThis as { readonly crossOriginIsolated?: boolean }).crossOriginIsolated !== false;

/**
 * A module with its memory, its own or the imported one, declared as shared with threads: one bit of its limits. Code that knows nothing of threads
 * works in a shared memory as in any other.
 * @returns undefined where the module has no memory of a stated maximum, which a shared one must have
 */
export function withSharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const shared = Uint8Array.from(module);
  const at = limitsOfMemory(shared);
  if (at === undefined || (shared[at] & HAS_MAXIMUM) === 0) return undefined;
  shared[at] |= SHARED;
  return shared;
}

/** Where the flags of the memory's limits are. */
function limitsOfMemory(module: Uint8Array): number | undefined {
  const reader = readerOf(module, HEADER_BYTES);
  while (reader.at() < module.length) {
    const [id, size] = [reader.byte(), reader.natural()];
    const end = reader.at() + size;
    const count = id === SECTION.imports || id === SECTION.memory ? reader.natural() : 0;
    if (id === SECTION.memory && count > 0) return reader.at();
    for (let i = 0; i < count; i++) {
      const kind = skipNames(reader);
      if (kind === KIND.memory) return reader.at();
      skipType(reader, kind);
    }
    reader.skip(end - reader.at());
  }
  return undefined;
}

/** Reads past the two names of an import. @returns its kind */
function skipNames(reader: Reader): number {
  for (let i = 0; i < 2; i++) reader.skip(reader.natural());
  return reader.byte();
}

function skipType(reader: Reader, kind: number): void {
  if (kind === KIND.function) reader.natural();
  else if (kind === KIND.table) {
    reader.skip(1);
    for (let bounds = 1 + (reader.byte() & HAS_MAXIMUM); bounds > 0; bounds--) reader.natural();
  } else reader.skip(2); // a global's type, and whether it changes
}

type Reader = ReturnType<typeof readerOf>;

function readerOf(bytes: Uint8Array, start: number) {
  let at = start;
  /** A number in LEB128. */
  function natural(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }
  return {
    at: () => at,
    byte: () => bytes[at++],
    natural,
    skip: (count: number) => {
      at += count;
    },
  };
}
