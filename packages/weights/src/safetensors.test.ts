import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { NamedArray } from './named-arrays.ts';
import { decodeSafetensors, encodeSafetensors, isSafetensors } from './safetensors.ts';

const array = (shape: number[], ...values: number[]): NamedArray => ({ shape, values: new Float32Array(values) });
const tensors = new Map([
  ['stem/weights', array([2, 2], 1, -2, 0.5, 1e-30)],
  ['bias', array([], 3)],
  ['nothing', array([0, 4])],
]);

/** Bytes put together from the description of the format, without the encoder. */
function file(header: string | object, data: number[]): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(json.length);
  const values = Buffer.alloc(data.length * 4);
  for (const [i, value] of data.entries()) values.writeFloatLE(value, i * 4);
  return Buffer.concat([length, json, values]);
}

const entry = (shape: number[], ...data_offsets: number[]) => ({ dtype: 'F32', shape, data_offsets });

describe('safetensors', () => {
  it('writes what it reads, bit by bit', () => {
    const { tensors: again, metadata } = decodeSafetensors(encodeSafetensors(tensors, { step: '7' }));
    expect([...again]).toEqual([...tensors]);
    expect(metadata).toEqual({ step: '7' });
  });

  it('writes the header as the format wants it', () => {
    const bytes = Buffer.from(encodeSafetensors(new Map([['a', array([2], 1, 2)]])));
    const length = Number(bytes.readBigUInt64LE());
    expect(length % 8).toBe(0);
    expect(bytes.length).toBe(8 + length + 8);
    expect(bytes.toString('utf8', 8, 8 + length).trimEnd()).toBe(
      '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
    );
    expect([bytes.readFloatLE(8 + length), bytes.readFloatLE(12 + length)]).toEqual([1, 2]);
  });

  it('writes and reads 16 bits, to the nearest of them', () => {
    const values = [0, -0, 1, -2.5, 1 / 3, 65504, 2 ** -24, 2 ** -26, 1 + 2 ** -11, 1 + 3 * 2 ** -11];
    const bytes = encodeSafetensors(new Map([['a', array([10], ...values)]]), undefined, 'F16');
    const float32 = encodeSafetensors(new Map([['a', array([10], ...values)]]));
    expect(bytes.length).toBe(float32.length - 20);
    expect([...decodeSafetensors(bytes).tensors.get('a')!.values]).toEqual([
      ...[0, -0, 1, -2.5, 0.333251953125, 65504, 2 ** -24, 0],
      ...[1, 1 + 2 ** -9], // halves to the even one
    ]);
    for (const large of [65520, -1e10, Number.NaN])
      expect(() => encodeSafetensors(new Map([['a', array([1], large)]]), undefined, 'F16')).toThrow(
        `a: wanted values of at most 65504 for 16 bits, found ${large}`,
      );
  });

  it('reads tensors in any order of the header, from any byte offset', () => {
    const bytes = file({ b: entry([1], 4, 8), a: entry([1, 1], 0, 4), __metadata__: { by: 'hand' } }, [1, 2]);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const { tensors: found, metadata } = decodeSafetensors(shifted.subarray(3));
    expect([...found]).toEqual([
      ['a', array([1, 1], 1)],
      ['b', array([1], 2)],
    ]);
    expect(metadata).toEqual({ by: 'hand' });
  });

  it.each<[string, Uint8Array, string]>([
    ['no length', new Uint8Array(4), 'x: wanted a header of NaN bytes, found a file of 4 bytes'],
    ['a short file', file({ a: entry([1], 0, 4) }, []).subarray(0, 20), 'found a file of 20 bytes'],
    ['a header that is no JSON', file('{"a"', []), 'x: the header is not JSON'],
    ['a header of null', file('null', []), 'x: the header is not JSON'],
    ['an entry without a range', file({ a: { dtype: 'F32' } }, []), 'x: a: wanted dtype, shape and data_offsets'],
    [
      'another dtype',
      file({ a: { ...entry([1], 0, 2), dtype: 'I8' } }, [0]),
      'x: a: wanted dtype F32 or F16, found I8',
    ],
    ['a wrong size', file({ a: entry([3], 0, 8) }, [1, 2]), 'x: a: wanted bytes 0–12 of 8 for [3], found 0–8'],
    ['a gap', file({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, [1, 2, 3]), 'x: b: wanted bytes 4–8'],
    ['missing data', file({ a: entry([2], 0, 8) }, [1]), 'x: a: wanted bytes 0–8 of 4'],
    ['data that is too long', file({ a: entry([1], 0, 4) }, [1, 2]), 'x: wanted 4 bytes of data, found 8'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, 'x')).toThrow(message);
  });

  it('reads an empty tensor that the header names after its neighbour', () => {
    const bytes = file({ full: entry([1], 0, 4), empty: entry([0], 0, 0) }, [7]);
    expect([...decodeSafetensors(bytes).tensors]).toEqual([
      ['empty', array([0])],
      ['full', array([1], 7)],
    ]);
  });

  it('is known from JSON by its first bytes', () => {
    expect(isSafetensors(encodeSafetensors(tensors))).toBe(true);
    for (const text of ['{"a":1}', '{"weightsManifest": []}', '', '<!doctype html>'])
      expect(isSafetensors(new TextEncoder().encode(text)), text).toBe(false);
  });

  // Written by safetensors 0.8.0 for Python: save(tensors, metadata={"by": "safetensors"}).
  const WRITTEN_BY_PYTHON =
    '4AAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJieSI6InNhZmV0ZW5zb3JzIn0sImJpYXMiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6W10sImRhdGFfb2Zm' +
    'c2V0cyI6WzAsNF19LCJub3RoaW5nIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlswLDRdLCJkYXRhX29mZnNldHMiOls0LDRdfSwic3RlbS93ZWlnaHRz' +
    'Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDJdLCJkYXRhX29mZnNldHMiOls0LDIwXX19ICAgIAAAQEAAAIA/AAAAwAAAAD9gQqIN';

  it('reads what the Python library has written', () => {
    const { tensors: again, metadata } = decodeSafetensors(Buffer.from(WRITTEN_BY_PYTHON, 'base64'));
    expect(new Map([...again].sort())).toEqual(new Map([...tensors].sort()));
    expect(metadata).toEqual({ by: 'safetensors' });
  });

  const python = spawnSync('python3', ['-c', 'import safetensors.numpy']).status === 0;
  it.runIf(python)('is read by the Python library, and reads what that has written', () => {
    const script = `
import sys
from safetensors.numpy import load, save
tensors = load(sys.stdin.buffer.read())
assert tensors["stem/weights"].tolist()[0] == [1.0, -2.0] and tensors["nothing"].shape == (0, 4)
sys.stdout.buffer.write(save(tensors))`;
    const written = execFileSync('python3', ['-c', script], { input: encodeSafetensors(tensors) });
    const { tensors: again } = decodeSafetensors(written);
    for (const [name, { shape, values }] of tensors) expect(again.get(name)).toEqual({ shape, values });
  });
});
