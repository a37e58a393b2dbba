import { type ImageSpec, rng } from '@pixelrnn/core';
import { describe, expect, it } from 'vitest';
import { DEGRADATION_FORMS, parseDegradation } from './parse-degradation.ts';

const image: ImageSpec = { height: 2, width: 4, channels: 1, levels: 256 };
const values = Float32Array.of(0, 1, 0.2, 0.4, 1, 1, 0.6, 0.8);
const seen = (text: string, seed: number | string = 1) => parseDegradation(text).degrade(values, image, rng(seed));
const isBytes = (all: Float32Array) => all.every((value) => Math.abs(255 * value - Math.round(255 * value)) < 1e-4);

describe('parseDegradation', () => {
  it('box: every box becomes its mean, in bytes', () => {
    expect([...seen('box:2')].map((value) => Math.round(255 * value))).toEqual([
      191, 191, 128, 128, 191, 191, 128, 128,
    ]);
    expect(parseDegradation('box:2').factor).toBe(2);
    expect(() => seen('box:3')).toThrow('box:3: wanted images of a height and width that 3 divides, got 2×4');
  });

  it('noise: is that of its random stream, has its spread, and stays in range', () => {
    expect(seen('noise:0.1')).toEqual(seen('noise:0.1'));
    expect(seen('noise:0.1')).not.toEqual(seen('noise:0.1', 2));
    const grey = { height: 100, width: 100, channels: 1, levels: 2 };
    const noisy = parseDegradation('noise:0.1').degrade(new Float32Array(10_000).fill(0.5), grey, rng(1));
    const spread = Math.sqrt(noisy.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / 10_000);
    expect(Math.abs(spread / 0.1 - 1)).toBeLessThan(0.04);
    const wild = seen('noise:9');
    expect(Math.min(...wild)).toBe(0);
    expect(Math.max(...wild)).toBe(1);
  });

  it('blur: in bytes', () => {
    const blurred = seen('blur:1.5');
    expect(isBytes(blurred)).toBe(true);
    expect(blurred).not.toEqual(values);
  });

  it('a map of values is on ±1', () => {
    const { map, mapChannels } = parseDegradation('blur:1');
    expect(mapChannels(3)).toBe(3);
    expect([...map(Float32Array.of(0, 0.5, 1), image)]).toEqual([-1, 0, 1]);
  });

  it('mask: hides a part, and says in a channel of its own what is known', () => {
    const colours = { height: 1, width: 2, channels: 3, levels: 256 };
    const { degrade, map, mapChannels } = parseDegradation('mask:right:1');
    const hidden = degrade(Float32Array.of(0, 0.2, 1, 0, 0.2, 1), colours, rng(1));
    expect([...hidden].map((value) => Math.round(255 * value))).toEqual([0, 51, 255, 128, 128, 128]);
    expect(mapChannels(3)).toBe(4);
    const told = [...map(hidden, colours)];
    expect(told.map((value) => Math.round(10 * value) / 10)).toEqual([-1, -0.6, 1, 1, 0, 0, 0, -1]);
    expect(parseDegradation('mask:right:1').known!(Float32Array.from([...told, ...told]), colours)).toEqual({
      images: expect.objectContaining({ 0: 0, 1: 51, 2: 255, 6: 0, 7: 51, 8: 255, length: 12 }),
      mask: Uint8Array.of(1, 0, 1, 0),
    });
    expect(() => parseDegradation('mask:up:3')).toThrow('mask:up:3: wanted mask:part with a part rows:N');
  });

  it('mask: keeps levels that no byte has, and takes the one next to a value of a file', () => {
    const fine = { height: 1, width: 2, channels: 1, levels: 1000 };
    const { degrade, map, known } = parseDegradation('mask:right:1');
    const levelSeen = (value: number) =>
      known!(map(degrade(Float32Array.of(value, 0), fine, rng(1)), fine), fine).images[0];
    expect(levelSeen(501 / 999)).toBe(501);
    expect(levelSeen(501.4 / 999)).toBe(501);
    expect([...map(Float32Array.of(0.7, 0.3), { ...fine, levels: 2 })]).toEqual([1, 1, 0, -1]);
  });

  it('what no pixel is known of for sure tells of none', () => {
    for (const text of ['blur:1', 'box:2', 'noise:0.1']) expect(parseDegradation(text).known).toBeUndefined();
  });

  it.each(['blur', 'blur:', 'blur:0', 'blur:x', 'box:1', 'box:1.5', 'noise:-1', 'fog:3', 'toString:1', ''])(
    'refuses "%s"',
    (text) => {
      expect(() => parseDegradation(text)).toThrow(`wanted ${DEGRADATION_FORMS}, got "${text}"`);
    },
  );
});
