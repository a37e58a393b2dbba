/** Ids of sections, kinds of imports and bits of limits (WebAssembly core specification, 5.3.7, 5.5.2 and 5.5.5; threads proposal for `SHARED`). */
const SECTION = { imports: 2, memory: 5 } as const;
const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;
const HAS_MAXIMUM = 1;
const SHARED = 2;

/** \0asm, version 1. */
const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];

/** Whether memories can be shared with workers here: always in Node, in browsers on pages that are isolated from other origins. */
export const canShareMemory = (): boolean =>
  typeof SharedArrayBuffer !== 'undefined' &&
  (globalThis as { readonly crossOriginIsolated?: boolean }).crossOriginIsolated !== false;

/** Whether a memory is shared with threads. */
export const isShared = ({ buffer }: WebAssembly.Memory): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;

/**
 * A module with its memory declared as shared with threads: one bit of its limits. Code that knows nothing of threads works in a shared memory as in
 * any other.
 * @param whose the memory that it brings, or the one that it is given
 * @returns undefined where the module has no such memory of a stated maximum, which a shared one must have, or is none
 */
export function withSharedMemory(module: Uint8Array, whose: 'own' | 'imported'): Uint8Array<ArrayBuffer> | undefined {
  const shared = Uint8Array.from(module);
  const at = limitsOfMemory(shared, whose === 'own' ? SECTION.memory : SECTION.imports);
  if (at === undefined || (shared[at] & HAS_MAXIMUM) === 0) return undefined;
  shared[at] |= SHARED;
  return shared;
}

/** Where the flags of the memory's limits are. */
function limitsOfMemory(module: Uint8Array, section: number): number | undefined {
  if (HEADER.some((byte, i) => module[i] !== byte)) return undefined;
  const reader = readerOf(module, HEADER.length);
  while (reader.at() < module.length) {
    const [id, size] = [reader.byte(), reader.natural()];
    if (id !== section) {
      reader.skip(size);
      continue;
    }
    const count = reader.natural();
    if (id === SECTION.memory) return count > 0 ? reader.at() : undefined;
    for (let i = 0; i < count; i++) {
      const kind = skipNames(reader);
      if (kind === KIND.memory) return reader.at();
      skipType(reader, kind);
    }
    return undefined;
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

/** Past the end of the bytes all are 0. */
function readerOf(bytes: Uint8Array, start: number) {
  let at = start;
  const byte = () => bytes[at++] ?? 0;
  return {
    at: () => at,
    byte,
    /** A number in LEB128. */
    natural() {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const next = byte();
        value |= (next & 127) << shift;
        if (next < 128) return value >>> 0;
      }
    },
    skip: (count: number) => {
      at += count;
    },
  };
}
