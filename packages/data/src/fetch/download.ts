import { messageOf } from '@pixelrnn/files/message';
import { DataError } from '../data-error.ts';
import { streamItems } from '../formats/stream-items.ts';

/** How much {@link download} takes, and how patient it is. */
export interface DownloadOptions {
  /** Greatest length accepted, in bytes. */
  readonly limit: number;
  /** Give up a connection after so many milliseconds without a byte. */
  readonly stallMs?: number;
  /** Connections tried for one file; each goes on where the last one broke off, if the server can. */
  readonly attempts?: number;
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/** Patience of {@link download}. */
export const DOWNLOAD_DEFAULTS = { stallMs: 30_000, attempts: 3 };

/** What has come so far. */
interface Transfer {
  chunks: Uint8Array[];
  received: number;
  total: number | undefined;
  /** Validator that lets a server go on with the same content. */
  etag: string | null;
}

/** An answer that another attempt would not change. */
class Refusal extends Error {}

/**
 * The bytes at a URL; undefined where there is nothing (404). A connection that stalls or breaks off is opened again
 * and resumed with a Range request, or from the start where the server offers no entity tag. The caller verifies the
 * content: a length that the server announced proves nothing.
 *
 * @throws DataError naming the URL, what was wanted and what came.
 */
export async function download(url: string, options: DownloadOptions): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const attempts = options.attempts ?? DOWNLOAD_DEFAULTS.attempts;
  const transfer: Transfer = { chunks: [], received: 0, total: undefined, etag: null };
  for (let attempt = 1; ; attempt++) {
    try {
      return (await receive(url, transfer, options)) ? concatenate(transfer) : undefined;
    } catch (error) {
      if (attempt < attempts && transfer.received > 0 && !(error instanceof Refusal)) continue;
      throw new DataError(`${url}: ${failure(error, transfer)}`, { cause: error });
    }
  }
}

/** Adds what comes to `transfer`; false where there is nothing at the URL. */
async function receive(url: string, transfer: Transfer, options: DownloadOptions): Promise<boolean> {
  const stall = stallGuard(options.stallMs ?? DOWNLOAD_DEFAULTS.stallMs);
  let response: Response | undefined;
  try {
    response = await fetch(url, { headers: requestHeaders(transfer), signal: stall.signal });
    if (response.status === 404) return false;
    if (response.status !== 206) Object.assign(transfer, { chunks: [], received: 0 });
    if (!response.ok || !response.body)
      throw new Refusal(`the server answered ${response.status} ${response.statusText}`.trim());
    readHeaders(response, transfer);
    for await (const chunk of streamItems(response.body)) {
      stall.alive();
      transfer.chunks.push(chunk);
      transfer.received += chunk.length;
      if (transfer.received > options.limit) throw new Refusal(`wanted at most ${options.limit} bytes, found more`);
      options.onProgress?.(transfer.received, transfer.total);
    }
    if (transfer.total !== undefined && transfer.received < transfer.total)
      throw new Error('the connection ended early');
    return true;
  } finally {
    stall.stop();
    await response?.body?.cancel().catch(() => undefined); // one that is left unread would keep its connection
  }
}

/** Plain bytes are asked for, so that positions in the content and in the transfer are the same. */
function requestHeaders({ received, etag }: Transfer): Record<string, string> {
  const identity = { 'accept-encoding': 'identity' };
  return received > 0 && etag ? { ...identity, range: `bytes=${received}-`, 'if-range': etag } : identity;
}

function readHeaders({ headers, status }: Response, transfer: Transfer): void {
  const encoded = headers.has('content-encoding') && headers.get('content-encoding') !== 'identity';
  const etag = headers.get('etag');
  transfer.etag = encoded || etag?.startsWith('W/') ? null : etag;
  const length = Number(headers.get('content-length') ?? Number.NaN);
  transfer.total = encoded || !Number.isFinite(length) ? undefined : transfer.received + length;
  if (status === 206 && !headers.get('content-range')?.startsWith(`bytes ${transfer.received}-`)) {
    const range = headers.get('content-range');
    Object.assign(transfer, { chunks: [], received: 0 });
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

function concatenate({ chunks, received }: Transfer): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(received);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** `fetch` says "fetch failed" or "terminated" and keeps the reason in its cause. */
function failure(error: unknown, { received, total }: Transfer): string {
  const reason = messageOf(error instanceof TypeError && error.cause ? error.cause : error);
  if (error instanceof Refusal || received === 0) return reason;
  return `${reason}; wanted ${total ?? 'more'} bytes, found ${received}`;
}
