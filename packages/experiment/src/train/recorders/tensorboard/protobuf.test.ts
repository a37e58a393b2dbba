import { expect, it } from 'vitest';
import { bytes, double, float, integer, message } from './protobuf.ts';

const hex = (content: Uint8Array) => Buffer.from(content).toString('hex');

// The first three are the examples of the encoding's description (protobuf.dev/programming-guides/encoding).
it('writes fields as the format wants them', () => {
  expect(hex(integer(1, 150))).toBe('089601');
  expect(hex(bytes(2, 'testing'))).toBe('120774657374696e67');
  expect(hex(bytes(3, integer(1, 150)))).toBe('1a03089601');
  expect(hex(message(integer(1, 0), integer(2, 127), integer(16, 128)))).toBe('0800107f80018001');
  expect(hex(integer(1, 2 ** 40))).toBe('08808080808020');
  expect(hex(double(1, 1))).toBe('09000000000000f03f');
  expect(hex(float(2, -2))).toBe('15000000c0');
  expect(hex(bytes(1, new Uint8Array(200)).subarray(0, 3))).toBe('0ac801');
});
