import type { Frame, HostContext } from '@pixelrnn/core';
import type { Arena, Floats } from '@pixelrnn/kernels';
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
  remember?(column: number, pixel: Floats): void;
}

/** What a step is opened with. */
export interface PartFrame {
  /** Both of its own resolution. */
  readonly frame: Frame;
  readonly context: HostContext;
  /** The step before it; the first has none. */
  readonly from: PartStream | undefined;
  readonly shortCut: PartStream | undefined;
  /** Holds its caches. */
  readonly memory: Arena;
}

export type OpenPart = (frame: PartFrame) => PartStream;
