import { DataError, messageOf } from './data-error.ts';
import { streamItems } from './stream-items.ts';

export interface DownloadOptions {
  /** Greatest length accepted, in bytes. */
  readonly limit: number;
  /** Give up a connection after so many milliseconds without a byte. */
  readonly stallMs?: number;
  /** Connections tried for one file; each goes on where the last one broke off, if the server can. */
  readonly attempts?: number;
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

export const DOWNLOAD_DEFAULTS = { stallMs: 30_000, attempts: 3 };

/** What has come so far. */
interface Partial {
  chunks: Uint8Array[];
  received: number;
  total: number | undefined;
  /** Validator that lets a server go on with the same content. */
  etag: string | null;
}

/** An answer that another attempt would not change. */
class Refusal extends Error {}

/**
 * The bytes at a URL; undefined where there is nothing (404). A connection that stalls or breaks off is opened again and resumed with a Range request, or from the start where the
 * server offers no entity tag. The caller verifies the content: a length that the server announced proves nothing.
 *
 * @throws DataError naming the URL, what was wanted and what came.
 */
export async function download(url: string, options: DownloadOptions): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const attempts = options.attempts ?? DOWNLOAD_DEFAULTS.attempts;
  const partial: Partial = { chunks: [], received: 0, total: undefined, etag: null };
  for (let attempt = 1; ; attempt++) {
    try {
      return (await receive(url, partial, options)) ? concatenate(partial) : undefined;
    } catch (error) {
      if (attempt < attempts && partial.received > 0 && !(error instanceof Refusal)) continue;
      throw new DataError(`${url}: ${failure(error, partial)}`, { cause: error });
    }
  }
}

/** Adds what comes to `partial`; false where there is nothing at the URL. */
async function receive(url: string, partial: Partial, options: DownloadOptions): Promise<boolean> {
  const stall = stallGuard(options.stallMs ?? DOWNLOAD_DEFAULTS.stallMs);
  try {
    const response = await fetch(url, { headers: requestHeaders(partial), signal: stall.signal });
    if (response.status === 404) return false;
    if (response.status !== 206) Object.assign(partial, { chunks: [], received: 0 });
    if (!response.ok || !response.body)
      throw new Refusal(`the server answered ${response.status} ${response.statusText}`.trim());
    readHeaders(response, partial);
    for await (const chunk of streamItems(response.body)) {
      stall.alive();
      partial.chunks.push(chunk);
      partial.received += chunk.length;
      if (partial.received > options.limit) throw new Refusal(`wanted at most ${options.limit} bytes, found more`);
      options.onProgress?.(partial.received, partial.total);
    }
    if (partial.total !== undefined && partial.received < partial.total) throw new Error('the connection ended early');
    return true;
  } finally {
    stall.stop();
  }
}

/** Plain bytes are asked for, so that positions in the content and in the transfer are the same. */
function requestHeaders({ received, etag }: Partial): Record<string, string> {
  const identity = { 'accept-encoding': 'identity' };
  return received > 0 && etag ? { ...identity, range: `bytes=${received}-`, 'if-range': etag } : identity;
}

function readHeaders({ headers, status }: Response, partial: Partial): void {
  const encoded = headers.has('content-encoding') && headers.get('content-encoding') !== 'identity';
  const etag = headers.get('etag');
  partial.etag = encoded || etag?.startsWith('W/') ? null : etag;
  const length = Number(headers.get('content-length') ?? Number.NaN);
  partial.total = encoded || !Number.isFinite(length) ? undefined : partial.received + length;
  if (status === 206 && !headers.get('content-range')?.startsWith(`bytes ${partial.received}-`)) {
    const range = headers.get('content-range');
    Object.assign(partial, { chunks: [], received: 0 });
    throw new Refusal(`wanted the rest of the file, was sent the range ${range}`);
  }
}

/** Aborts its signal when `alive` is not called for `milliseconds`. */
function stallGuard(milliseconds: number) {
  const controller = new AbortController();
  const abort = () => controller.abort(new Error(`no data for ${milliseconds / 1000} s`));
  let timer = setTimeout(abort, milliseconds);
  return {
    signal: controller.signal,
    alive() {
      clearTimeout(timer);
      timer = setTimeout(abort, milliseconds);
    },
    stop: () => clearTimeout(timer),
  };
}

function concatenate({ chunks, received }: Partial): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(received);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** `fetch` says "fetch failed" or "terminated" and keeps the reason in its cause. */
function failure(error: unknown, { received, total }: Partial): string {
  const reason = messageOf(error instanceof TypeError && error.cause ? error.cause : error);
  if (error instanceof Refusal || received === 0) return reason;
  return `${reason}; wanted ${total ?? 'more'} bytes, found ${received}`;
}
