import { messageOf } from '@pixelrnn/files/message';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { DataError } from '../data-error.ts';
import { streamItems } from './stream-items.ts';

/** One file of an archive. */
export interface Member {
  /** Last part of the member's path in the archive. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** More than any archive that is asked for holds: a guard against gzip bombs. */
const UNPACKED_LIMIT = 2 ** 31;

/**
 * The wanted members of a .tar.gz, in memory, as they come. Nothing is written: a member's path only serves to look up
 * its last part, so neither `../` nor an absolute path nor a link can reach a file.
 *
 * @param limitOf Greatest length of a member of this name; undefined where it is not wanted.
 * @throws DataError if the archive is cut short or damaged, or a wanted member is too long. `where` names it.
 */
export async function* unpackMembers(
  archive: Uint8Array<ArrayBuffer>,
  where: string,
  limitOf: (name: string) => number | undefined,
): AsyncGenerator<Member> {
  const entries = entriesOf(archive);
  let unpacked = 0;
  try {
    for await (const { header, body } of entries) {
      unpacked += header.size;
      if (unpacked > UNPACKED_LIMIT) throw new DataError(`${where}: unpacks to more than ${UNPACKED_LIMIT} bytes`);
      const name = header.name.split('/').at(-1) ?? '';
      const limit = header.type === 'file' ? limitOf(name) : undefined;
      if (limit === undefined) {
        await body.pipeTo(new WritableStream()); // modern-tar 0.8.6: `cancel` can leave the next member open for ever
        continue;
      }
      if (header.size > limit)
        throw new DataError(`${where}: wanted ${name} of at most ${limit} bytes, found ${header.size}`);
      yield { name, content: new Uint8Array(await new Response(body).arrayBuffer()) };
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${where}: wanted a .tar.gz archive, found a damaged one (${messageOf(error)})`, {
      cause: error,
    });
  }
}

function entriesOf(archive: Uint8Array<ArrayBuffer>): AsyncIterable<ParsedTarEntry> {
  const tar = new Response(archive).body!.pipeThrough(new DecompressionStream('gzip'));
  return streamItems(tar.pipeThrough(createTarDecoder({ strict: true })));
}
