import type { Rng } from './rng.ts';

/**
 * Independent standard normal numbers, two of each two uniform ones (Box & Muller 1958): r cos φ and r sin φ with r² = −2 ln u and φ uniform on
 * the circle. The first n numbers of a stream are the same however many are asked for.
 */
export function normals(rng: Rng, count: number): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - rng.uniform())); // 1 − u is never 0
    const angle = 2 * Math.PI * rng.uniform();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
