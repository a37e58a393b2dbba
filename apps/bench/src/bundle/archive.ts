import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { packTar } from 'modern-tar/fs';

/** Packs a folder's content as `.tar.gz`, which every machine can unpack. Returns its bytes. */
export async function archive(folder: string, file: string, level = constants.Z_BEST_COMPRESSION): Promise<number> {
  await pipeline(packTar(folder), createGzip({ level }), createWriteStream(file));
  return (await stat(file)).size;
}
