import { WeightsError } from './weights-error.ts';

/**
 * The bytes that a URL names: http(s), data and blob, and files in Node, whose `fetch` reads none.
 * @throws WeightsError if there is nothing, or no way to it
 */
export async function readUrl(url: URL, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    return await (url.protocol === 'file:' ? readLocal(url, signal) : download(url, signal));
  } catch (error) {
    if (signal?.aborted || error instanceof WeightsError) throw error;
    throw new WeightsError(`${inWords(url)}: cannot be read (${reasonOf(error)})`, { cause: error });
  }
}

/** A URL for messages: one that holds its data would fill the screen. */
export const inWords = ({ href }: URL): string => (href.length > 200 ? `${href.slice(0, 40)}…` : href);

async function download(url: URL, signal?: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { signal });
  if (!response.ok)
    throw new WeightsError(`${inWords(url)}: the server says ${response.status} ${response.statusText}`.trimEnd());
  return new Uint8Array(await response.arrayBuffer());
}

/** Asked of the process itself, not imported: a bundle for browsers holds nothing of Node. */
async function readLocal(url: URL, signal?: AbortSignal): Promise<Uint8Array> {
  const files = globalThis.process?.getBuiltinModule?.('node:fs/promises');
  if (!files) throw new Error('files are read in Node only');
  return files.readFile(url, { signal });
}

/** Undici says "fetch failed" and keeps the reason to itself. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message;
}
