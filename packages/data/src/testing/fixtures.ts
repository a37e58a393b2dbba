import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileSystem, NODE_FILES, sha256 } from '@pixelrnn/files';
import { onTestFinished } from 'vitest';
import type { Manifest } from '../fetch/manifest.ts';
import type { FileSpec } from '../files/file-spec.ts';

/** An empty folder that lasts as long as the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pixelrnn-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An idx file of unsigned bytes. */
export function idx(shape: readonly number[], values: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 | shape.length);
  shape.forEach((length, i) => {
    view.setUint32(4 + 4 * i, length);
  });
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

/** `length` bytes that hardly compress and differ for each `salt`. */
export function noise(length: number, salt = 0): Uint8Array<ArrayBuffer> {
  let state = salt + 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** What a manifest would say of a file with this content. */
export function specOf(name: string, content: Uint8Array, gzip = false): FileSpec {
  return { name, gzip, bytes: content.length, sha256: sha256(content) };
}

/** Two small files, `a` stored gzipped and `b.bin` as it is, which the archive `ab.tar.gz` may hold. */
export const A = noise(5000, 1);
export const B = noise(3000, 2);

export const smallManifest = (sources: Manifest['sources'] = []): Manifest => ({
  dataset: 'small',
  files: [specOf('a', A, true), specOf('b.bin', B)],
  archives: [{ name: 'ab.tar.gz' }],
  sources,
});

/** A disk that has no room for a file. */
export const fullDisk: FileSystem = {
  ...NODE_FILES,
  open: () => Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })),
};
