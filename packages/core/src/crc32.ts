/** The checksum of bytes, an unsigned integer of 32 bits; `before` is that of the bytes that come before them. */
type Checksum = (bytes: Uint8Array, before?: number) => number;

/** A cyclic redundancy check of 32 bits, reflected: a byte at a time, with the remainders of all bytes in a table. */
function checksum(polynomial: number): Checksum {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? polynomial : 0);
    return remainder;
  });
  return (bytes, before = 0) => {
    let crc = ~before;
    for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
    return ~crc >>> 0;
  };
}

/** CRC-32 as Ethernet, gzip and PNG have it: the polynomial 0x04C11DB7 from its lowest bit. */
export const crc32 = checksum(0xedb88320);

/** CRC-32C (Castagnoli; RFC 3720, appendix B.4): the polynomial 0x1EDC6F41 from its lowest bit. */
export const crc32c = checksum(0x82f63b78);
