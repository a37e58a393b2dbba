/**
 * Levels as a NumPy file (`numpy.load`), format 1.0: unsigned bytes where they suffice, else 16 bits, in C order.
 *
 * @param levels how many there are; the largest is one less
 */
export function encodeNpy(values: ArrayLike<number>, shape: readonly number[], levels: number): Uint8Array {
  const [descr, size] = levels <= 256 ? ['|u1', 1] : ['<u2', 2];
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const fixed = 10; // magic string, version and the header's length; with the header and a line feed a multiple of 64
  const length = Math.ceil((fixed + header.length + 1) / 64) * 64 - fixed;
  const file = Buffer.alloc(fixed + length + values.length * size);
  file.write('\x93NUMPY\x01\x00', 'latin1');
  file.writeUInt16LE(length, 8);
  file.write(`${header.padEnd(length - 1)}\n`, fixed, 'latin1');
  const start = fixed + length;
  for (let i = 0; i < values.length; i++) {
    if (size === 1) file[start + i] = values[i];
    else file.writeUInt16LE(values[i], start + 2 * i);
  }
  return file;
}
