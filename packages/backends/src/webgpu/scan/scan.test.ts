import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CASES, type Case, distance, expectedOf, fusedOf } from '../../cases.fixture.ts';
import { runProgram } from '../program.ts';
import { webgpuForTests } from '../webgpu.fixture.ts';
import { backwardScan, gatesAtOnce } from './backward.ts';
import { forwardScan } from './forward.ts';
import { declinesScan, type ScanGeometry, type Tiling, tiling } from './geometry.ts';

const GEOMETRY: ScanGeometry = { kind: 'diagonal', merge: true, directions: 2, height: 28, width: 28, hidden: 16 };
/** The least that WebGPU promises. */
const LIMITS = {
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBufferBindingSize: 2 ** 27,
};

describe('tiling', () => {
  it.each([
    [28, 16, 256, { groups: 14, run: 2, turns: 1 }],
    [32, 64, 256, { groups: 4, run: 8, turns: 1 }],
    [32, 128, 256, { groups: 2, run: 8, turns: 2 }],
    [5, 3, 256, { groups: 5, run: 1, turns: 1 }],
    [7, 200, 256, { groups: 1, run: 7, turns: 1 }],
  ])('deals out %i slots of %i units to %i invocations', (slots, hidden, invocations, expected) => {
    const { groups, run, turns } = tiling(slots, hidden, invocations);
    expect({ groups, run, turns }).toEqual(expected);
    expect(groups * run * turns).toBeGreaterThanOrEqual(slots);
    expect(groups * hidden).toBeLessThanOrEqual(invocations);
  });
});

describe('declinesScan', () => {
  it.each([
    [{}, 16, undefined],
    [{ hidden: 128, height: 32 }, 1, undefined],
    [{ hidden: 128, height: 33 }, 1, 'the state of a step takes 16896 bytes of the 16384 of a workgroup'],
    [{ hidden: 256, height: 4 }, 1, '256 hidden units, more than 255'],
    [{}, 2000, 'the trace takes'],
    [{ height: 1, width: 1, hidden: 1 }, 32_768, 'a batch of 32768 images'],
  ])('%o, batch %i: %s', (sizes, batch, expected) => {
    const reason = declinesScan({ ...GEOMETRY, ...sizes }, batch, LIMITS);
    if (expected === undefined) expect(reason).toBeUndefined();
    else expect(reason).toContain(expected);
  });

  it('takes as many gates at once as fit', () => {
    expect([16, 64, 128].map((hidden) => gatesAtOnce({ ...GEOMETRY, hidden }, 16_384))).toEqual([4, 2, 1]);
  });
});

const webgpu = await webgpuForTests();
afterAll(() => tf.setBackend('cpu'));

describe.skipIf('absent' in webgpu)(`webgpu scan${'absent' in webgpu ? `: skipped, ${webgpu.absent}` : ''}`, () => {
  beforeAll(() => tf.setBackend('webgpu'));

  const BATCH = 2;
  const random = (seed: number, ...shape: number[]) => tf.randomNormal(shape, 0, 0.5, 'float32', seed);
  const sizesOf = ({ directions: d, hidden: h, kind }: ScanGeometry) => ({ d, h, taps: kind === 'row' ? 3 : 2 });

  async function forward(geometry: ScanGeometry, dealt: Tiling) {
    const { d, h, taps } = sizesOf(geometry);
    const trace = tf.tidy(() => {
      const x = random(1, BATCH, geometry.height, geometry.width, d * 4 * h);
      const states = { h0: random(3, d, h), c0: random(4, d, h) };
      return runProgram(forwardScan(geometry, BATCH, dealt), { x, w: random(2, d, taps, h, h, 4), ...states });
    });
    return trace;
  }
  async function both(geometry: ScanGeometry, dealt: Tiling, memory: number) {
    const { d, h, taps } = sizesOf(geometry);
    const trace = await forward(geometry, dealt);
    const gradients = tf.tidy(() => {
      const inputs = { dy: random(5, BATCH, geometry.height, geometry.width, h), w: random(6, d, taps, 4 * h, h) };
      return runProgram(backwardScan(geometry, BATCH, dealt, memory), { ...inputs, trace, c0: random(4, d, h) });
    });
    const values = await Promise.all([trace, gradients].map((tensor) => tensor.data()));
    tf.dispose([trace, gradients]);
    return values;
  }

  const small = { merge: true, height: 5, width: 6, hidden: 3 };
  it.each<ScanGeometry>([
    { ...small, kind: 'diagonal', directions: 2 },
    { ...small, kind: 'row', directions: 1 },
  ])('computes the same however the slots are dealt out: $kind', async (geometry) => {
    const expected = await both(geometry, { groups: 6, run: 1, turns: 1 }, 1e6);
    const ways: [Tiling, number][] = [
      [{ groups: 2, run: 3, turns: 1 }, 1e6],
      [{ groups: 1, run: 2, turns: 3 }, 200],
      [{ groups: 2, run: 2, turns: 2 }, 1],
    ];
    for (const [dealt, memory] of ways)
      for (const [i, values] of (await both(geometry, dealt, memory)).entries())
        expect(distance(values as Float32Array, expected[i] as Float32Array)).toBeLessThan(1e-6);
  });

  it('runs the reference where it declines', async () => {
    const wide = CASES.find(({ kernel }) => kernel.name === 'PixelrnnLstmScan')!;
    const h = 256;
    const shapes = { x: [1, 2, 2, 4 * h], w: [1, 3, h, 4 * h], h0: [1, h], c0: [1, h] };
    const test: Case = { ...wide, shapes, attributes: { kind: 'row', merge: true } };
    const actual = await fusedOf(test);
    await tf.setBackend('cpu');
    const expected = await expectedOf(test);
    await tf.setBackend('webgpu');
    expect(Math.max(...actual.map((values, i) => distance(values, expected[i])))).toBeLessThan(1e-4);
  });
});
