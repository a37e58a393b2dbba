import type { Arena } from '@pixelrnn/kernels';
import type { Signal } from './signal.ts';

/** A step in raster order, at its own resolution. */
export interface PartStream {
  /** `above` at the row that began last, [B, W, F]. */
  readonly above: Signal;
  /** `here` at the pixel computed last, [B, F]. */
  readonly here: Signal;
  /** A row begins: computes `above`. */
  row(row: number): void;
  /** Computes `here` at a pixel of that row. */
  pixel(row: number, column: number): void;
  /** A pixel of the image is final: [B, C]. */
  remember?(column: number, pixel: Float32Array): void;
}

/** What a step is opened with. */
export interface PartFrame {
  readonly batch: number;
  /** Columns at its own resolution. */
  readonly width: number;
  /** What every image is conditioned on, [B, conditions]. */
  readonly condition: Float32Array;
  /** The step before it; the first has none. */
  readonly from: PartStream | undefined;
  readonly shortCut: PartStream | undefined;
  /** Holds its caches. */
  readonly memory: Arena;
}

export type OpenPart = (frame: PartFrame) => PartStream;

/** A bias for every image: [B, outputs]. */
export const forEachImage = (bias: Float32Array, batch: number): Float32Array =>
  Float32Array.from({ length: batch * bias.length }, (_, i) => bias[i % bias.length]);
