import type { Frame } from '@pixelrnn/core';
import { type Arena, type Floats, kernels } from '@pixelrnn/kernels';
import { pixelOf, type Row, rowOf } from '../rows/row.ts';

/** What a stream holds at some pixels while an image is drawn: its value [n, F], and the activation of it that others read [n, 2F]. */
export interface Signal {
  readonly value: Floats;
  readonly active: Floats;
  readonly channels: number;
  /** Both as rows. */
  readonly values: Row;
  readonly activations: Row;
}

/** At all pixels of a row: [B, W, F]. */
export function rowSignal({ batch, width }: Pick<Frame, 'batch' | 'width'>, channels: number, memory: Arena): Signal {
  const [value, active] = [1, 2].map((times) => memory.floats(times * batch * width * channels));
  const [values, activations] = [rowOf(value, width, channels), rowOf(active, width, 2 * channels)];
  return { value, active, channels, values, activations };
}

/** At the current pixel: [B, F]. */
export function pixelSignal(batch: number, channels: number, memory: Arena): Signal {
  const [value, active] = [1, 2].map((times) => memory.floats(times * batch * channels));
  return { value, active, channels, values: pixelOf(value, channels), activations: pixelOf(active, 2 * channels) };
}

/** To be called when the value has changed. */
export const activate = ({ value, active, channels }: Signal): void =>
  kernels().concatElu(value.pointer, active.pointer, value.length / channels, channels);

/** y = x + a ⊙ σ(b) at every pixel, for gates (a, b): [n, 2F]. */
export function gateOnto(x: Signal, gates: { readonly pointer: number }, y: Signal): void {
  kernels().gateOnto(x.value.pointer, gates.pointer, y.value.pointer, y.value.length / y.channels, y.channels);
  activate(y);
}
