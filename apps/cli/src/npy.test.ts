import { expect, it } from 'vitest';
import { encodeNpy } from './npy.ts';

// numpy.save of numpy.arange(6, dtype=…).reshape(1, 2, 3, 1), byte for byte.
const header = (descr: string) =>
  `{'descr': '${descr}', 'fortran_order': False, 'shape': (1, 2, 3, 1), }`.padEnd(117).concat('\n');
const prefix = Buffer.from('934e554d5059010076 00'.replace(' ', ''), 'hex');

it('writes bytes where they suffice', () => {
  const file = encodeNpy([0, 1, 2, 3, 4, 5], [1, 2, 3, 1], 256);
  expect(Buffer.from(file)).toEqual(
    Buffer.concat([prefix, Buffer.from(header('|u1')), Buffer.from([0, 1, 2, 3, 4, 5])]),
  );
  expect((file.length - 6) % 64).toBe(0);
});

it('writes 16 bits, the low byte first, where bytes do not suffice', () => {
  const file = encodeNpy([0, 1, 256, 511, 4, 5], [1, 2, 3, 1], 512);
  const values = Buffer.from('000001000001ff0104000500', 'hex');
  expect(Buffer.from(file)).toEqual(Buffer.concat([prefix, Buffer.from(header('<u2')), values]));
});

it('writes a shape of one dimension as a tuple', () => {
  expect(Buffer.from(encodeNpy([7], [1], 8)).toString('latin1')).toContain("'shape': (1,), }");
});
