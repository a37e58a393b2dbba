import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { onTestFinished } from 'vitest';

/** An HTTP server on this machine for as long as the test lasts; gives its base URL, ending in a slash. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return listening(server);
}

/** A server that sends these very bytes to whoever connects, then closes the connection: for headers that lie. */
export async function serveRaw(head: string, body: Uint8Array): Promise<string> {
  const server = createSocketServer((socket) => {
    socket.on('error', () => undefined); // the client may hang up first
    socket.once('data', () => {
      socket.write(`${head}\r\n\r\n`);
      socket.end(body);
    });
  });
  onTestFinished(() => {
    server.close();
  });
  return listening(server);
}

/** Files by path below the base; 404 for others. */
export const serveFiles = (files: Readonly<Record<string, Uint8Array>>): Promise<string> =>
  serve((request, response) => {
    const body = files[decodeURI(request.url!.slice(1))];
    response.writeHead(body ? 200 : 404, body && { 'content-length': body.length });
    response.end(body);
  });

/** Sends the rest that a Range header asks for, as a server that can resume does. */
export function sendRange(request: IncomingMessage, response: ServerResponse, body: Uint8Array, etag: string): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const resumed = start > 0 && request.headers['if-range'] === etag;
  const rest = body.subarray(resumed ? start : 0);
  response.writeHead(resumed ? 206 : 200, {
    etag,
    'content-length': rest.length,
    ...(resumed && { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` }),
  });
  response.end(rest);
}

/** The URL of a port on this machine at which nobody listens. */
export async function refusingUrl(): Promise<string> {
  const server = createSocketServer();
  const url = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
  });
}
