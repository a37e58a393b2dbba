import { describe, expect, it } from 'vitest';
import { A } from '../testing/fixtures.ts';
import { refusingUrl, sendRange, serve, serveRaw } from '../testing/server.ts';
import { download } from './download.ts';

const LIMITS = { limit: 1_000_000, stallMs: 300 };
const ETAG = '"v1"';

describe('download', () => {
  it('gives the bytes and tells how far it is', async () => {
    const url = await serve((_, response) => response.writeHead(200, { 'content-length': A.length }).end(A));
    const events: [number, number | undefined][] = [];
    const bytes = await download(url, { ...LIMITS, onProgress: (received, total) => events.push([received, total]) });
    expect(bytes).toEqual(A);
    expect(events.at(-1)).toEqual([A.length, A.length]);
  });

  it('goes on where a connection broke off', async () => {
    const ranges: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      ranges.push(request.headers.range);
      if (ranges.length > 1) return sendRange(request, response, A, ETAG);
      response.writeHead(200, { etag: ETAG, 'content-length': A.length });
      response.write(A.subarray(0, 2000), () => response.destroy());
    });
    expect(await download(url, LIMITS)).toEqual(A);
    expect(ranges).toEqual([undefined, 'bytes=2000-']);
  });

  it.each([undefined, 'W/"weak"', '"old"'])(
    'begins again if the content cannot be resumed (entity tag %s)',
    async (etag) => {
      let requests = 0;
      const url = await serve((request, response) => {
        requests++;
        if (requests > 1) return sendRange(request, response, A, '"new"');
        response.writeHead(200, { ...(etag && { etag }), 'content-length': A.length });
        response.write(A.map((byte) => byte ^ 1).subarray(0, 2000), () => response.destroy());
      });
      expect(await download(url, LIMITS)).toEqual(A);
    },
  );

  it('gives up on a server that always breaks off', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.writeHead(200, { 'content-length': A.length });
      response.write(A.subarray(0, 2000), () => response.destroy());
    });
    await expect(download(url, { ...LIMITS, attempts: 2 })).rejects.toThrow(/^http.*; wanted 5000 bytes, found 2000$/);
    expect(requests).toBe(2);
  });

  it('gives up on a server that stalls, before and after the first byte', async () => {
    const silent = await serve(() => undefined);
    await expect(download(silent, LIMITS)).rejects.toThrow(`${silent}: no data for 0.3 s`);
    const stalling = await serve((_, response) => {
      response.writeHead(200, { 'content-length': A.length });
      response.write(A.subarray(0, 2000));
    });
    await expect(download(stalling, { ...LIMITS, attempts: 1 })).rejects.toThrow(
      `${stalling}: no data for 0.3 s; wanted 5000 bytes, found 2000`,
    );
  });

  it('notices a body shorter than announced', async () => {
    const url = await serveRaw('HTTP/1.1 200 OK\r\nContent-Length: 6000\r\nConnection: close', A);
    await expect(download(url, { ...LIMITS, attempts: 1 })).rejects.toThrow('wanted 6000 bytes, found 5000');
  });

  it('takes no more than the limit, whatever was announced', async () => {
    const url = await serve((_, response) => response.end(A));
    await expect(download(url, { ...LIMITS, limit: 4000 })).rejects.toThrow(
      `${url}: wanted at most 4000 bytes, found more`,
    );
  });

  it('gives nothing for 404 and names other answers', async () => {
    const url = await serve((request, response) => response.writeHead(request.url === '/gone' ? 404 : 503).end());
    expect(await download(`${url}gone`, LIMITS)).toBeUndefined();
    await expect(download(url, LIMITS)).rejects.toThrow(`${url}: the server answered 503 Service Unavailable`);
  });

  it('closes the connection of an answer that it does not read', async () => {
    const closed: Promise<boolean>[] = [];
    const url = await serve((request, response) => {
      closed.push(new Promise((resolve) => response.on('close', () => resolve(response.writableFinished))));
      response.writeHead(request.url === '/gone' ? 404 : 503);
      response.write('sorry, but');
    });
    expect(await download(`${url}gone`, LIMITS)).toBeUndefined();
    await expect(download(url, LIMITS)).rejects.toThrow('the server answered 503');
    expect(await Promise.all(closed)).toEqual([false, false]);
  }, 5_000); // the garbage collector would close it too, later

  it('names a host that refuses', async () => {
    const url = await refusingUrl();
    await expect(download(url, LIMITS)).rejects.toThrow(`${url}: connect ECONNREFUSED`);
  });
});
