import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipMember {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflate?: boolean;
}

/** A zip file, as in the specification of PKWARE: members, then the directory. */
export function writeZip(members: readonly ZipMember[]): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, deflate } of members) {
    const packed = deflate ? deflateRawSync(content) : content;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    for (const [header, from] of [
      [local, 8],
      [entry, 10],
    ] as const) {
      header.writeUInt16LE(deflate ? 8 : 0, from);
      header.writeUInt32LE(crc32(content), from + 6);
      header.writeUInt32LE(packed.length, from + 10);
      header.writeUInt32LE(content.length, from + 14);
      header.writeUInt16LE(name.length, from + 18);
    }
    entry.writeUInt32LE(at, 42);
    const member = Buffer.concat([local, Buffer.from(name), packed]);
    at += member.length;
    parts.push(member);
    directory.push(Buffer.concat([entry, Buffer.from(name)]));
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Uint8Array.from(Buffer.concat([...parts, ...directory, end]));
}
