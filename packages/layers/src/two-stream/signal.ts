import { type Arena, type Floats, kernels } from '@pixelrnn/kernels';
import { concatEluHost } from './concat-elu.ts';

/** What a stream holds at some pixels while an image is drawn: its value [n, F], and the activation of it that others read [n, 2F]. */
export interface Signal {
  readonly value: Floats;
  readonly active: Floats;
  readonly channels: number;
}

export const signal = (pixels: number, channels: number, memory: Arena): Signal => ({
  value: memory.floats(pixels * channels),
  active: memory.floats(2 * pixels * channels),
  channels,
});

/** To be called when the value has changed. */
export const activate = ({ value, active, channels }: Signal): void => concatEluHost(value, active, channels);

/** y = x + a ⊙ σ(b) at every pixel, for gates (a, b): [n, 2F]. The gates are used up. */
export function gateOnto(x: Floats, gates: Floats, y: Floats, channels: number): void {
  const pixels = x.length / channels;
  for (let p = 0; p < pixels; p++) {
    const b = gates.at((2 * p + 1) * channels);
    kernels().sigmoid(b, b, channels);
  }
  const [from, by, to] = [x.array, gates.array, y.array];
  for (let p = 0, i = 0; p < pixels; p++)
    for (let c = 0; c < channels; c++, i++) {
      const a = 2 * p * channels + c;
      to[i] = from[i] + by[a] * by[a + channels];
    }
}
